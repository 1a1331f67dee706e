import { z } from "zod";
import { looksSecret } from "../core/home-exclusions.ts";

/** Files that hold credentials beside what else they hold, by the end of their paths. */
const known =
  /(?:^|\/)(?:_netrc|\.yarnrc\.yml|\.my\.cnf|\.terraformrc|oauth_creds\.json|application_default_credentials\.json|credentials\.toml|glab-cli\/config\.yml|\.config\/hub|\.claude\/settings(?:\.local)?\.json|\.codex\/config\.toml|\.kube\/config|\.docker\/config\.json)$/;
/** How the names of such values end. */
const ending =
  "(?:token|secret|passw(?:or)?d|passwd|api[_-]?key|private[_-]?key|access[_-]?key|key-data|credential|cookie|_auth)";
const secretName = new RegExp(`${ending}$|^auth$`, "i");
/** What a value has at least to be one: shorter ones are words such as "bearer". */
const shortest = 8;
const largestFile = 256 * 1024;
const mostValues = 200;
/** In a line: `name = value`, `name: value`, `//host/:_authToken=value`. */
const assignment = new RegExp(`${ending}["']?\\s*[=:]\\s*["']?([^\\s"',;}]{8,10000})`, "gi");
const netrc = /\bpassword\s+"?([^\s"]{8,2000})/g;
const login = /:\/\/[^\s/:@]{0,500}:([^\s/@]{8,2000})@/g;
const keyBlock = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----([^-]{1,20000})/g;

/** The values of a file of well-known credentials: whoever has the home may show them. */
export function credentialsIn(path: string, content: Buffer): string[] {
  if (content.length > largestFile || !(looksSecret(path) || known.test(path))) return [];
  const text = content.toString("utf8");
  const isNetrc = path.endsWith("netrc");
  const found = [...fromJson(text), ...fromLines(text, isNetrc), ...wholeOf(path, text)];
  const values = found.map((value) => value.trim()).filter((value) => value.length >= shortest);
  return [...new Set(values)].slice(0, mostValues);
}

function fromJson(text: string): string[] {
  const found: string[] = [];
  const collect = (value: unknown, name: string): void => {
    if (typeof value === "string") {
      if (secretName.test(name)) found.push(value);
      // What docker keeps of a login: its name and password.
      if (name === "auth") found.push(afterColon(Buffer.from(value, "base64").toString("utf8")));
      return;
    }
    const inner = z.record(z.string(), z.unknown()).safeParse(value).data ?? {};
    for (const [key, one] of Object.entries(inner)) collect(one, key);
  };
  try {
    collect(JSON.parse(text), "");
  } catch {
    // No JSON, or nested too deeply: then its lines are read alone.
  }
  return found;
}

function fromLines(text: string, isNetrc: boolean): string[] {
  const assigned = [...text.matchAll(assignment), ...(isNetrc ? text.matchAll(netrc) : [])].map(
    ([, value = ""]) => value,
  );
  const logins = [...text.matchAll(login)].flatMap(([, value = ""]) => [value, decoded(value)]);
  const keys = [...text.matchAll(keyBlock)].flatMap(([, lines = ""]) => lines.split(/\s+/));
  return [...assigned, ...logins, ...keys.filter((line) => line.length >= 32)];
}

/** Files that are a secret, or end their lines with one. */
function wholeOf(path: string, text: string): string[] {
  const name = path.split("/").at(-1) ?? "";
  if (name === ".pgpass") return text.split("\n").map((line) => line.split(":").at(-1) ?? "");
  const isOne = /(?:^|[._-])(?:token|secret|password)$/i.test(name) && !/\s/.test(text.trim());
  return isOne && text.length < 10_000 ? [text] : [];
}

function afterColon(text: string): string {
  return text.slice(text.indexOf(":") + 1);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // It was not encoded.
    return value;
  }
}
