import { ProviderError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { asError } from "./as-error.ts";
import { abortedError, enforceLimits } from "./program-limits.ts";
import { feed, type Program, type ProgramRequest } from "./program.ts";
import type { Slots } from "./slots.ts";
import { discard, type OpenChannel, type SshChannel } from "./ssh-channel.ts";
import { loginCommand, startLine } from "./ssh-command.ts";
import type { SshConnection } from "./ssh-connection.ts";
import type { SshEndings } from "./ssh-endings.ts";
import type { SshLink } from "./ssh-link.ts";
import { createSshOutputs, type SshOutputs } from "./ssh-outputs.ts";
import { unlessAborted, within } from "./ssh-waiting.ts";

export type SshProgramPorts = {
  link: SshLink;
  endings: SshEndings;
  /** One for each channel that the server is asked for. */
  slots: Slots;
  clock: Clock;
  newId: () => string;
  /** How long the end of what runs there is waited for. */
  endMs: number;
};

/** Starts a program on the machine at the other end of the link: like `startProgram`, but there. */
export function startSshProgram(request: ProgramRequest, ports: SshProgramPorts): Program {
  const name = request.argv[0] ?? "";
  if (request.limits.signal?.aborted === true) throw abortedError(name, request.limits.signal);
  const id = ports.newId();
  const line = startLine(id, { ...request, hasStdin: request.stdin !== undefined });
  const stopping = new AbortController();
  const end = (reason: Error) => stopping.abort(reason);
  const outputs = createSshOutputs(id, () => end(tooNoisy(name)));
  const work = { request, name, id, line, outputs, ports, signal: stopping.signal };
  const { stdout, stderr } = outputs;
  const program = { name, stdout, stderr, finished: live(work), end };
  enforceLimits(request.limits, program, ports.clock.after);
  return program;
}

type Work = {
  request: ProgramRequest;
  name: string;
  id: string;
  line: string;
  outputs: SshOutputs;
  ports: SshProgramPorts;
  signal: AbortSignal;
};

async function live(work: Work): Promise<number> {
  try {
    const opened = await unlessAborted(work.signal, open(work));
    const exitCode = await attend(work, opened);
    throwUnlessStarted(work, exitCode);
    return exitCode;
  } finally {
    work.outputs.stdout.destroy();
    work.outputs.stderr.destroy();
  }
}

type Opened = OpenChannel & { connection: SshConnection };

/** Opens a channel, which holds a slot until it has closed on both sides. */
async function open({ name, id, ports, signal }: Work): Promise<Opened> {
  const giveBack = await ports.slots.take(signal);
  try {
    const connection = await ports.link.get();
    signal.throwIfAborted();
    const { channel, exited } = await connection.open(loginCommand(id));
    void exited.then(giveBack);
    // Without its first line nothing has started there.
    if (signal.aborted) discard(channel);
    return { connection, channel, exited };
  } catch (error) {
    giveBack();
    if (error instanceof ProviderError) throw error;
    const message = `Cannot start "${name}": ${asError(error).message}`;
    throw new ProviderError(message, { kind: "transient", cause: error });
  }
}

/** Sees the program to its end; when it shall end early, or nobody hears of it, ends it there. */
async function attend(work: Work, { connection, channel, exited }: Opened): Promise<number> {
  work.outputs.takeFrom(channel);
  channel.write(work.line);
  feed(channel, work.request.stdin ?? "");
  const done = Promise.all([exited, work.outputs.read]);
  try {
    const [exitCode] = await unlessAborted(work.signal, done);
    if (exitCode !== undefined) return exitCode;
  } catch (reason) {
    throw await endThere(work, { channel, exited, reason: asError(reason) });
  }
  const cause = connection.lost() ?? new Error("its channel closed without an answer");
  const message = `Cannot finish "${work.name}": ${cause.message}`;
  const reason = new ProviderError(message, { kind: "transient", cause });
  throw await endThere(work, { channel, exited, reason });
}

type Ending = { channel: SshChannel; exited: Promise<unknown>; reason: Error };

/** Ends what runs there, within bounds. Answers with the reason, and with a doubt if there is one. */
async function endThere(
  { id, outputs, ports }: Work,
  { channel, exited, reason }: Ending,
): Promise<Error> {
  // Before it says that it starts, its processes may not be there yet to be found.
  const known = Promise.race([outputs.started, exited]);
  const ended = known.then(() => ports.endings.end(id, () => ports.link.get()));
  try {
    await within(ports.clock, ports.endMs, ended);
    return reason;
  } catch (error) {
    if (!(reason instanceof ProviderError)) return reason;
    const doubt = `It may still run there: ${asError(error).message}`;
    return new ProviderError(`${reason.message}. ${doubt}`, {
      kind: reason.kind,
      cause: reason.cause,
    });
  } finally {
    discard(channel);
  }
}

function throwUnlessStarted({ name, request, outputs }: Work, exitCode: number): void {
  const word = outputs.word();
  if (word === "started") return;
  throw new ProviderError(`Cannot start "${name}": ${reasonOf()}`, { kind: "permanent" });

  function reasonOf(): string {
    if (word === "no-directory") {
      return `its directory "${request.cwd}" does not exist, or may not be entered`;
    }
    if (word === "no-program") {
      return "there is no such program. Install it, or name it by its full path";
    }
    const words = untrustedText(outputs.noise(), { maxLength: 500, keep: "end" });
    return `the login shell ended with ${exitCode} before it${words === "" ? "" : `: ${words}`}`;
  }
}

function tooNoisy(name: string): ProviderError {
  return new ProviderError(
    `Cannot start "${name}": the login shell says too much before it. Quieten the start files there.`,
    { kind: "permanent" },
  );
}
