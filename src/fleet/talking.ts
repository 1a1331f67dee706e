import { UserError } from "../core/errors.ts";
import { requireOwn, requirePerson, requireRole } from "../core/permission.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import { thopterCan } from "../core/thopter.ts";
import type { AgentState, Thopter } from "../core/thopter.ts";
import { agentOf, boundedText, decode, mustHaveMachine, reach } from "./access.ts";
import { audited } from "./audit.ts";
import type { Directory } from "./directory.ts";
import type { FleetPorts } from "./ports.ts";
import type { Serially } from "./serially.ts";
import type { Views } from "./views.ts";

const tellMs = 30_000;
const longestTell = 100_000;
const longestAnswer = 10_000;
const mostRunMs = 10 * 60_000;
const mostOutputBytes = 1_000_000;
const shownBytes = 100_000;

type Parts = { ports: FleetPorts; directory: Directory; views: Views; serially: Serially };

/** Talking to a thopter's agent, and running commands beside it. */
export function createTalking({
  ports,
  directory,
  views,
  serially,
}: Parts): Pick<Fleet, "tell" | "answer" | "run"> {
  /** Whoever looks next sees it answered; what the agent does now, the watch will tell. */
  async function closeQuestion(thopterId: string, hash: string): Promise<void> {
    const agentState: AgentState = { status: "working", since: ports.clock.now() };
    await ports.engine.amend(thopterId, (thopter) =>
      thopter.agentState?.question?.hash === hash ? { agentState } : undefined,
    );
  }

  return {
    async tell(caller, request, signal) {
      requireRole(caller, "operator", "tell a thopter something");
      const thopter = await directory.find(request.thopter);
      requireOwn(caller, thopter, "tell");
      mustBeReady(thopter, "tell");
      if (request.text.trim() === "" || request.text.length > longestTell) {
        throw new UserError(
          `Cannot tell ${request.text.length} characters: say something, at most ${longestTell} characters.`,
        );
      }
      const raw = request.raw === true && caller.actor.kind === "person";
      const message = { text: request.text, raw, interrupt: request.interrupt === true };
      const limited = AbortSignal.any([signal, AbortSignal.timeout(tellMs)]);
      await audited(ports, caller, {
        entry: { action: "tell", subject: thopter.id },
        work: () =>
          serially(thopter.id, () =>
            reach(ports, { thopter, signal: limited }, (session) =>
              agentOf(ports, thopter).tell(session, message, limited),
            ),
          ),
      });
      return views.thopter(caller, await directory.find(thopter.id));
    },
    async answer(caller, request, signal) {
      requireRole(caller, "operator", "answer an agent");
      requirePerson(caller, "answer an agent");
      const thopter = await directory.find(request.thopter);
      requireOwn(caller, thopter, "answer");
      mustBeReady(thopter, "answer");
      const { hash, text } = request;
      if (text.trim() === "" || text.length > longestAnswer) {
        throw new UserError(
          `Cannot answer with ${text.length} characters: say something, at most ${longestAnswer} characters.`,
        );
      }
      const limited = AbortSignal.any([signal, AbortSignal.timeout(tellMs)]);
      await audited(ports, caller, {
        entry: { action: "answer", subject: thopter.id },
        work: () =>
          serially(thopter.id, () =>
            reach(ports, { thopter, signal: limited }, (session) =>
              agentOf(ports, thopter).answer(session, { hash, text }, limited),
            ),
          ),
      });
      await closeQuestion(thopter.id, hash);
      return views.thopter(caller, await directory.find(thopter.id));
    },
    async run(caller, request, signal) {
      requireRole(caller, "operator", "run a command in a thopter");
      if (caller.actor.kind === "agent" && caller.toolsets?.includes("run") !== true) {
        throw new UserError(
          'Cannot run a command: the token lacks the toolset "run". A person can make one that has it.',
          { code: "forbidden" },
        );
      }
      const thopter = await directory.find(request.thopter);
      requireOwn(caller, thopter, "run a command in");
      mustHaveMachine(thopter, "run a command in");
      const timeoutMs = Math.min(request.timeoutMs, mostRunMs);
      const limits = { timeoutMs, signal, maxOutputBytes: mostOutputBytes };
      const detail = ports.redact(request.command).slice(0, 500);
      const result = await audited(ports, caller, {
        entry: { action: "run", subject: thopter.id, detail },
        work: () =>
          reach(ports, { thopter, signal }, ({ shell, repositoryPath }) =>
            shell.run(["sh", "-c", request.command], { cwd: repositoryPath, ...limits }),
          ),
      });
      const stdout = boundedText(ports, decode(result.stdout), { maxLength: shownBytes });
      const stderr = boundedText(ports, decode(result.stderr), { maxLength: shownBytes });
      return {
        exitCode: result.exitCode,
        stdout: stdout.text,
        stderr: stderr.text,
        truncated: stdout.truncated || stderr.truncated,
      };
    },
  };
}

/** Refuses to talk to an agent that is not there yet, or no longer. Throws UserError. */
function mustBeReady(thopter: Thopter, verb: "tell" | "answer"): void {
  if (thopterCan.tell(thopter)) return;
  throw new UserError(
    `Cannot ${verb} "${thopter.name}": it is ${thopter.status}. wait_for_thopters waits until it is ready.`,
    { code: "conflict" },
  );
}
