import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { requireOwn, requireRole } from "../core/permission.ts";
import type { BeganAnew, ConversationFleet, RestartAnswer } from "../core/ports/conversation.ts";
import { thopterCan } from "../core/thopter.ts";
import type { AgentState, Thopter } from "../core/thopter.ts";
import { agentOf, reach } from "./access.ts";
import type { AgentWatch } from "./agent-watch.ts";
import { audited } from "./audit.ts";
import type { Directory } from "./directory.ts";
import type { FleetPorts } from "./ports.ts";
import type { Serially } from "./serially.ts";

/** How long it may take, in milliseconds: twice a launch, for one that does not come up with its conversation begins anew. */
const restartMs = 4 * 60_000;

const itself: Pick<Caller, "actor" | "front"> = {
  actor: { kind: "system", name: "restart" },
  front: "system",
};

type Parts = {
  ports: FleetPorts;
  directory: Directory;
  agentWatch: Pick<AgentWatch, "around">;
  serially: Serially;
};

export type Restarting = Pick<ConversationFleet, "restartAgent"> & {
  /** Goes on with what a hub that died had begun; resolves once that is under way. */
  resume(): Promise<void>;
  stop(): Promise<void>;
};

/** Ending an agent's program and starting it again. Once it has begun it comes to an end, whatever becomes of the hub. */
export function createRestarting(parts: Parts): Restarting {
  const { ports, directory, agentWatch, serially } = parts;
  const { engine, clock } = ports;
  const stopping = new AbortController();
  let resumed: Promise<unknown> = Promise.resolve();

  async function mustBeAtRest(id: string): Promise<Thopter> {
    const thopter = await directory.find(id);
    const [open] = await engine.list({
      thopterId: thopter.id,
      status: ["queued", "running"],
      limit: 1,
    });
    if (open !== undefined) throw notNow(thopter, `its ${open.kind} is under way`);
    if (!thopterCan.tell(thopter)) throw notNow(thopter, `it is ${thopter.status}`);
    return thopter;
  }

  async function restart(
    { id, fresh }: { id: string; fresh: boolean },
    signal: AbortSignal,
  ): Promise<RestartAnswer> {
    const thopter = await mustBeAtRest(id);
    return agentWatch.around(thopter, async (over) => {
      const limits = [signal, over, stopping.signal, AbortSignal.timeout(restartMs)];
      const { status } = await engine.amend(id, (one) =>
        thopterCan.tell(one) ? { restarting: fresh ? "fresh" : true } : undefined,
      );
      if (!thopterCan.tell({ status })) throw notNow(thopter, `it is ${status}`);
      let beganAnew: BeganAnew | undefined;
      try {
        beganAnew = await startAgain({ thopter, fresh }, AbortSignal.any(limits));
      } catch (error) {
        // What ends with the hub is done by the next one.
        if (!stopping.signal.aborted) await forget(thopter);
        over.throwIfAborted();
        throw error;
      }
      const agentState: AgentState = { status: "starting", since: clock.now() };
      await engine.amend(id, (one) => ({
        restarting: false,
        ...(thopterCan.tell(one) ? { agentState } : {}),
      }));
      return {
        thopterName: thopter.name,
        ...(beganAnew !== undefined && { beganAnew }),
        agentState,
      };
    });
  }

  async function startAgain(
    { thopter, fresh }: { thopter: Thopter; fresh: boolean },
    signal: AbortSignal,
  ): Promise<BeganAnew | undefined> {
    const agent = agentOf(ports, thopter);
    let beganAnew: BeganAnew | undefined;
    await reach(ports, { thopter, signal }, async (session) => {
      const request = await ports.launchRequest(session, thopter);
      const { conversation } = await agent.restart(session, { ...request, fresh }, signal);
      if (conversation === "missing") beganAnew = "missing";
      try {
        await agent.verify(session, signal);
      } catch (error) {
        if (conversation !== "resumed" || signal.aborted) throw error;
        ports.report(error, `the conversation of the agent of ${thopter.name}: it begins anew`);
        await agent.restart(session, { ...request, fresh: true }, signal);
        await agent.verify(session, signal);
        beganAnew = "refused";
      }
    });
    return fresh ? "asked" : beganAnew;
  }

  async function forget({ id, name }: Thopter): Promise<void> {
    await engine
      .amend(id, () => ({ restarting: false }))
      .catch((error: unknown) => ports.report(error, `the restart of the agent of ${name}`));
  }

  async function again({ id, name, restarting }: Thopter): Promise<void> {
    const request = { id, fresh: restarting === "fresh" };
    const work = (): Promise<RestartAnswer> =>
      serially(id, () => restart(request, stopping.signal));
    await audited(ports, itself, { entry: { action: "restart", subject: id }, work }).catch(
      (error: unknown) => {
        if (stopping.signal.aborted) return;
        ports.report(error, `restarting the agent of ${name} once more`);
      },
    );
  }

  return {
    async restartAgent(caller, { thopter: nameOrId, fresh = false }, signal) {
      requireRole(caller, "operator", "restart an agent");
      const thopter = await directory.find(nameOrId);
      requireOwn(caller, thopter, "restart the agent of");
      return audited(ports, caller, {
        entry: { action: "restart", subject: thopter.id, ...(fresh && { detail: "fresh" }) },
        work: () => serially(thopter.id, () => restart({ id: thopter.id, fresh }, signal)),
      });
    },
    async resume() {
      const open = (await engine.thopters()).filter(
        (thopter) => (thopter.restarting ?? false) !== false && thopterCan.tell(thopter),
      );
      resumed = Promise.all(open.map(again));
    },
    async stop() {
      stopping.abort();
      await resumed;
    },
  };
}

function notNow({ name }: Thopter, why: string): UserError {
  return new UserError(
    `Cannot restart the agent of "${name}": ${why}. wait_for_thopters waits until it is ready.`,
    { code: "conflict" },
  );
}
