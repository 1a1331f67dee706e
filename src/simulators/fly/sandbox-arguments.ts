import { lstatSync, readlinkSync } from "node:fs";
import type { MachineFiles } from "./machine-files.ts";

const mergedDirectories = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
const sharedEtc = [
  ...["alternatives", "ca-certificates", "host.conf", "hosts", "ld.so.cache", "ld.so.conf"],
  ...["ld.so.conf.d", "localtime", "nsswitch.conf", "os-release", "resolv.conf"],
  ...["services", "shells", "ssl/certs", "terminfo", "timezone"],
];

/** bubblewrap's command line for one machine: this machine's programs, the machine's own files. */
export function sandboxArguments(
  { mounts, home }: MachineFiles,
  options: { fullVolume: boolean; hostname: string; programs: readonly string[] },
): string[] {
  return [
    ...["--unshare-user", "--uid", "1000", "--gid", "1000", "--unshare-pid", "--unshare-ipc"],
    ...["--unshare-uts", "--hostname", options.hostname, "--die-with-parent", "--new-session"],
    ...["--ro-bind", "/usr", "/usr", ...mergedDirectories.flatMap(linkOrBind)],
    ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run"],
    ...options.programs.flatMap((path) => ["--ro-bind", path, path]),
    ...["--dir", "/run/thopter"],
    ...sharedEtc.flatMap((name) => ["--ro-bind-try", `/etc/${name}`, `/etc/${name}`]),
    ...mounts.flatMap(({ from, to, isWritable }) =>
      options.fullVolume && isWritable && home.startsWith(`${to}/`)
        ? // Room for directories, and for nothing else.
          ["--size", "4096", "--tmpfs", to, "--dir", home]
        : [isWritable ? "--bind" : "--ro-bind", from, to],
    ),
    ...["--clearenv", "--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"],
    ...["--setenv", "HOME", home, "--chdir", "/"],
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
