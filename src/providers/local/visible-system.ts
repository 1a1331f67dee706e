import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";

/** Paths of this machine that every sandbox sees, beyond the usual ones. */
export type Visibility = {
  /** Files and directories to show at the same path, read-only. */
  expose: readonly string[];
  /** Directories that stay hidden even where they lie below a visible one. */
  hidden: readonly string[];
  /** Files that are shown empty, each by the empty file given for it. */
  blank?: Readonly<Record<string, string>>;
};

const mergedDirectories = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

// What programs need to start, to resolve names and to check certificates; no key, no password.
const visibleInEtc = [
  ...["alternatives", "bash.bashrc", "ca-certificates", "ca-certificates.conf", "crypto-policies"],
  ...["debian_version", "fonts", "gai.conf", "gitconfig", "host.conf", "hosts", "inputrc"],
  ...["ld.so.cache", "ld.so.conf", "ld.so.conf.d", "locale.alias", "localtime", "magic"],
  ...["mime.types", "networks", "nsswitch.conf", "os-release", "pki/ca-trust", "pki/tls/cert.pem"],
  ...["pki/tls/certs", "pki/tls/openssl.cnf", "profile", "protocols", "resolv.conf", "rpc"],
  ...["services", "shells", "ssl/cert.pem", "ssl/certs", "ssl/openssl.cnf", "terminfo", "timezone"],
];

// A hub that runs as root owns these, and ownership alone lets a process write or read them.
const readOnlyInProc = ["acpi", "asound", "bus", "driver", "dynamic_debug", "fs", "irq", "mtrr"];
const emptyInProc = [
  ...["kallsyms", "kcore", "key-users", "keys", "kmsg", "kpagecgroup", "kpagecount", "kpageflags"],
  ...["latency_stats", "pagetypeinfo", "sched_debug", "slabinfo", "sysrq-trigger", "timer_list"],
  "vmallocinfo",
];

/** The part of bubblewrap's command line that shows a sandbox this machine's programs. */
export function systemArguments({ expose, hidden, blank = {} }: Visibility): string[] {
  const exposed = ["/usr", "/opt", ...expose].filter((path) => existsSync(path));
  return [
    ...exposed.flatMap((path) => ["--ro-bind", path, path]),
    ...mergedDirectories.flatMap(linkOrBind),
    ...visibleInEtc.flatMap((name) => ["--ro-bind-try", `/etc/${name}`, `/etc/${name}`]),
    ...hiddenBelow(exposed, hidden).flatMap((path) => ["--tmpfs", path, "--remount-ro", path]),
    ...Object.entries(blank).flatMap(([path, empty]) => ["--ro-bind", empty, path]),
  ];
}

/** The part that takes from /proc what concerns the whole machine; goes after `--proc /proc`. */
export function kernelArguments(): string[] {
  const shown = (name: string): boolean => existsSync(`/proc/${name}`);
  return [
    ...readOnlyInProc
      .filter(shown)
      .flatMap((name) => ["--ro-bind", `/proc/${name}`, `/proc/${name}`]),
    ...emptyInProc.filter(shown).flatMap((name) => ["--ro-bind", "/dev/null", `/proc/${name}`]),
  ];
}

// On most systems these are symlinks into /usr; where they are directories they are shown as such.
function linkOrBind(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return found.isSymbolicLink()
    ? ["--symlink", readlinkSync(path), path]
    : ["--ro-bind", path, path];
}

// An exposed path may be a symlink: what lies behind it shows under the exposed name.
function hiddenBelow(exposed: readonly string[], hidden: readonly string[]): string[] {
  const targets = hidden.filter((path) => existsSync(path)).map((path) => realpathSync(path));
  return exposed.flatMap((path) => {
    const root = realpathSync(path);
    return targets
      .filter((target) => target === root || target.startsWith(`${root}/`))
      .map((target) => `${path}${target.slice(root.length)}`);
  });
}
