const scpLike = /^([^@/:\s]+)@([^:/\s]+):(.+)$/;
const url = /^(https|ssh):\/\/(?:([^@/]*)@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/(.+)$/i;
const usualPorts: Readonly<Record<string, string>> = { https: "443", ssh: "22" };

/**
 * What all spellings of one repository have in common: whether it is reached by https or ssh, the
 * case of its host, and a `.git` at the end make no difference. Never throws: what is no address
 * is only ever equal to itself.
 */
export function repositoryKey(address: string): string {
  const text = address.trim();
  const [, local] = /^(?:file:\/\/)?(\/.*)$/i.exec(text) ?? [];
  if (local !== undefined) return `file:${local.replace(/(?<=.)\/+$/, "")}`;
  const [, scpUser, scpHost, scpPath] = scpLike.exec(text) ?? [];
  if (scpUser !== undefined && scpHost !== undefined && scpPath !== undefined) {
    return keyOf({ user: scpUser, host: scpHost, path: scpPath }) ?? `other:${text}`;
  }
  const [, scheme = "", user, host, port, path] = url.exec(text) ?? [];
  if (host === undefined || path === undefined) return `other:${text}`;
  const protocol = scheme.toLowerCase();
  const another = port === undefined || port === usualPorts[protocol] ? "" : `:${port}`;
  // Who logs in without a name is somebody else than "git".
  const login = protocol === "https" ? "git" : (user ?? "");
  return keyOf({ user: login, host: `${host}${another}`, path }) ?? `other:${text}`;
}

function keyOf({ user, host, path }: Record<"user" | "host" | "path", string>): string | undefined {
  const name = host.toLowerCase();
  const plain = path
    .replace(/^\//, "")
    .replace(/\/+$/, "")
    .replace(/\.git$/i, "");
  if (plain === "") return undefined;
  const login = user === "git" ? "" : `${user}@`;
  // GitHub alone is known to tell no names apart by their case.
  return `${login}${name}/${name === "github.com" ? plain.toLowerCase() : plain}`;
}
