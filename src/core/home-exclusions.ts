/** What of a home an identity takes along. */
export type HomeChoice = {
  /** Whether private keys of ssh come along. */
  includeSsh?: boolean | undefined;
  /** Names and paths to leave out: "*" and "?" stand for any part of a name. */
  exclude?: readonly string[] | undefined;
};

/** Says why a path is left out; undefined when it comes along. */
export type LeftOut = (path: string) => string | undefined;

/** Wherever they are. */
const anywhere: readonly (readonly [pattern: string, why: string])[] = [
  ...["node_modules", "__pycache__", "*.sock", ".DS_Store"].map(because("a cache or a socket")),
  ...[".bash_history", ".zsh_history", ".zsh_sessions", ".python_history", ".irb_history"].map(
    because("a history"),
  ),
  ...[".node_repl_history", ".lesshst", ".psql_history", ".sqlite_history", ".viminfo"].map(
    because("a history"),
  ),
  ...["*.log", "logs", "_logs"].map(because("a log")),
];

const atTop: readonly (readonly [pattern: string, why: string])[] = [
  ...[".cache", ".npm", ".local/share/Trash", ".local/state", ".cargo/registry"].map(
    because("a cache"),
  ),
  ...[".gradle/caches", ".m2/repository", ".yarn/cache", ".pnpm-store"].map(because("a cache")),
  ...["projects", "todos", "shell-snapshots", "statsig", "history.jsonl", "debug"].map((name) =>
    because("what Claude Code did before")(`.claude/${name}`),
  ),
  ...["file-history", "session-env", "paste-cache", "telemetry", "ide", "backups"].map((name) =>
    because("what Claude Code did before")(`.claude/${name}`),
  ),
  because("who may log in there")(".ssh/authorized_keys"),
  because("a login that cannot be shared")(".claude/.credentials.json"),
  ...["sessions", "history.jsonl", "log"].map((name) =>
    because("what Codex did before")(`.codex/${name}`),
  ),
  ...[".thopter", "task.md"].map(because("the hub's own")),
];

const publicInSsh = ["config", "known_hosts*", "*.pub", "allowed_signers"];

function because(why: string): (pattern: string) => readonly [pattern: string, why: string] {
  return (pattern) => [pattern, why];
}

/** What is left out of every home, and what was asked to be. A directory takes along what is in it. */
export function leftOutOf({ includeSsh, exclude = [] }: HomeChoice): LeftOut {
  const asked = exclude.map((pattern) => pattern.replace(/^\.?\//, "").replace(/\/+$/, ""));
  return (path) => {
    const names = path.split("/");
    for (const [index, name] of names.entries()) {
      const above = names.slice(0, index + 1);
      if (asked.some((pattern) => matches(pattern, name, above))) return "it was to be left out";
      const found =
        anywhere.find(([pattern]) => matchesName(pattern, name)) ??
        atTop.find(([pattern]) => pattern === above.join("/"));
      if (found !== undefined) return found[1];
    }
    if (includeSsh === true || names[0] !== ".ssh" || names.length < 2) return undefined;
    const isPublic = publicInSsh.some((pattern) => matchesName(pattern, names[1] ?? ""));
    return isPublic ? undefined : "it may be a private key";
  };
}

function matches(pattern: string, name: string, above: readonly string[]): boolean {
  if (!pattern.includes("/")) return matchesName(pattern, name);
  const parts = pattern.split("/");
  return (
    parts.length === above.length &&
    parts.every((part, index) => matchesName(part, above[index] ?? ""))
  );
}

/** Goes back to the last star alone, so that no pattern takes long. */
function matchesName(pattern: string, name: string): boolean {
  let [at, read, star, resume] = [0, 0, -1, 0];
  while (read < name.length) {
    const sign = pattern[at];
    if (sign === "*") {
      star = at;
      resume = read;
      at += 1;
    } else if (sign === "?" || sign === name[read]) {
      at += 1;
      read += 1;
    } else if (star !== -1) {
      resume += 1;
      at = star + 1;
      read = resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** Whether a file looks as if it held a credential. */
export function looksSecret(path: string): boolean {
  const name = path.split("/").at(-1) ?? "";
  return (
    /^(?:\.netrc|\.npmrc|\.pypirc|\.pgpass|\.git-credentials|\.claude\.json|auth\.json|hosts\.yml|kubeconfig)$/.test(
      name,
    ) ||
    /(?:^\.env(?:\.|$)|credential|secret|token|password|\.pem$|\.key$|\.p12$|^id_(?!.*\.pub$))/i.test(
      name,
    ) ||
    /^(?:\.aws\/|\.kube\/config$|\.docker\/config\.json$|\.gnupg\/)/.test(path)
  );
}
