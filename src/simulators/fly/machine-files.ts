import { mkdirSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { BackendMachine } from "./backend.ts";

/** Where a simulated machine's things lie on this machine. */
export type MachineFiles = {
  /** The home of its agent, as its commands see it. */
  home: string;
  /** What is mounted where: from a path here to one there. */
  mounts: readonly { from: string; to: string; isWritable: boolean }[];
};

const uid = 1000;
const account = "thopter";

/** Lays out what an image would hold and what the machine's configuration adds. */
export function layOut(
  directory: string,
  machine: BackendMachine,
  { freshRoot }: { freshRoot: boolean },
): MachineFiles {
  const root = join(directory, "machines", machine.id);
  const [volume] = machine.volumes;
  const rootHome = join(root, "home");
  if (freshRoot) rmSync(rootHome, { recursive: true, force: true });
  mkdirSync(rootHome, { recursive: true });
  const home = volume === undefined ? `/home/${account}` : join(volume.path, "home");
  const etc = join(root, "etc");
  rmSync(etc, { recursive: true, force: true });
  mkdirSync(etc, { recursive: true });
  const placed = placeFiles(etc, machine, home);
  const mounts = [{ from: rootHome, to: `/home/${account}`, isWritable: true }];
  if (volume === undefined) return { home, mounts: [...mounts, ...placed] };
  const from = volumeDirectory(directory, volume.id);
  claimVolume(from, machine.id);
  return { home, mounts: [...mounts, { from, to: volume.path, isWritable: true }, ...placed] };
}

function placeFiles(etc: string, machine: BackendMachine, home: string): MachineFiles["mounts"] {
  const own: Placed[] = [
    { guest_path: "/etc/passwd", text: `${account}:x:${uid}:${uid}::${home}:/bin/bash\n` },
    { guest_path: "/etc/group", text: `${account}:x:${uid}:\n` },
    { guest_path: "/etc/thopter/sshd_config", text: serverConfig },
    { guest_path: "/etc/thopter/environment", text: environmentOf(machine) },
    { guest_path: "/etc/profile", text: profile },
  ];
  const given = (machine.config.files ?? []).map((file): Placed => ({
    guest_path: file.guest_path,
    text: Buffer.from(file.raw_value ?? "", "base64").toString("utf8"),
    mode: file.mode ?? 0o644,
  }));
  return [...own, ...given].map((file, index) => {
    const from = join(etc, String(index));
    writeFileSync(from, file.text, { mode: file.mode ?? 0o644 });
    return { from, to: file.guest_path, isWritable: false };
  });
}

type Placed = { guest_path: string; text: string; mode?: number };

/** What the image's SSH server is told. */
const serverConfig = `${[
  ...["UsePAM no", "StrictModes no", "PasswordAuthentication no", "PidFile none"],
  ...["HostKey /etc/thopter/ssh_host_ed25519_key", "LogLevel INFO", "PrintMotd no"],
  ...["AuthorizedKeysFile /etc/thopter/authorized_keys", "Subsystem sftp internal-sftp"],
].join("\n")}\n`;

/** Login shells find what the machine was given: its environment and the app's secrets. */
const profile = ". /etc/thopter/environment\n";

function environmentOf({ config }: BackendMachine): string {
  const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  return Object.entries(config.env ?? {})
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join("");
}

/** The image's first program gives each machine a clean home on its volume, and keeps its own. */
function claimVolume(volume: string, machineId: string): void {
  const mark = join(volume, ".machine");
  const owner = existsSync(mark) ? readFileSync(mark, "utf8") : "";
  if (owner !== machineId) rmSync(volume, { recursive: true, force: true });
  mkdirSync(join(volume, "home"), { recursive: true });
  writeFileSync(mark, machineId);
}

export const machineDirectory = (directory: string, id: string): string =>
  join(directory, "machines", id);
export const volumeDirectory = (directory: string, id: string): string =>
  join(directory, "volumes", id);
