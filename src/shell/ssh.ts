import { randomBytes } from "node:crypto";
import { posix } from "node:path";
import type { Clock } from "../core/ports/clock.ts";
import type { Shell } from "../core/ports/shell.ts";
import { asError } from "./as-error.ts";
import { createProgramShell } from "./program-shell.ts";
import { createSlots } from "./slots.ts";
import { openConnection } from "./ssh-connection.ts";
import { createSshEndings } from "./ssh-endings.ts";
import { connectFailure } from "./ssh-failure.ts";
import { parseHostKey } from "./ssh-host-key.ts";
import { createSshLink } from "./ssh-link.ts";
import { startSshProgram } from "./ssh-program.ts";
import { placeOf, type SshReach } from "./ssh-reach.ts";
import { within } from "./ssh-waiting.ts";

export type SshShellOptions = {
  reach: SshReach;
  username: string;
  /** PEM or OpenSSH's own format, without a passphrase. */
  privateKey: string;
  /** The machine's public host key as OpenSSH writes it, like "ssh-ed25519 AAAA...". No other is taken. */
  hostKey: string;
  /** All that programs get to see of the environment, beside HOME, LOGNAME, PATH, SHELL and USER of the login. */
  env: Readonly<Record<string, string>>;
  /** An absolute path there. */
  cwd: string;
  clock: Clock;
  limits?: Partial<SshLimits>;
};

export type SshLimits = {
  /** Commands at once over the connection; the rest waits. Two more channels are used to end commands, and OpenSSH takes 10. */
  channels: number;
  /** For connecting and logging in. */
  connectMs: number;
  /** Between two keepalives. A peer that is silent for three is lost. */
  keepaliveMs: number;
  /** For ending a command there. */
  endMs: number;
};

const usualLimits: SshLimits = {
  channels: 7,
  connectMs: 15_000,
  keepaliveMs: 10_000,
  endMs: 15_000,
};

/**
 * Runs programs on a Linux machine over SSH. It connects when it is first used, keeps one connection
 * and makes a new one after a loss. When it ends a program early, it ends its children as well, those
 * in a session of their own included; what it could not end with the connection lost, it ends before
 * anything else runs there. Throws ProviderError for a host key that is none.
 */
export function createSshShell(options: SshShellOptions): Shell {
  const { clock } = options;
  const limits = { ...usualLimits, ...options.limits };
  const login = { ...options, hostKey: parseHostKey(options.hostKey) };
  const endings = createSshEndings();
  const link = createSshLink(async (signal) => {
    const connection = await openConnection(login, { clock, ...limits }, signal);
    try {
      await within(clock, limits.endMs, endings.endLeft(connection));
      return connection;
    } catch (error) {
      await connection.close(asError(error));
      throw connectFailure(placeOf(options.reach), error);
    }
  });
  const slots = createSlots(limits.channels);
  const newId = () => randomBytes(16).toString("hex");
  const ports = { link, endings, slots, clock, newId, endMs: limits.endMs };
  return createProgramShell(
    (argv, { stdin, timeoutMs, signal, cwd = ".", env }) =>
      startSshProgram(
        {
          argv,
          cwd: posix.resolve(options.cwd, cwd),
          env: { ...options.env, ...env },
          stdin,
          limits: { timeoutMs, signal },
        },
        ports,
      ),
    () => link.close(),
  );
}
