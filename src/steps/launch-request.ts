import type { AgentSession, LaunchRequest } from "../core/ports/agent.ts";
import type { Thopter } from "../core/thopter.ts";
import { environmentOf } from "./environment.ts";
import { contextParagraph } from "./fetch-context.ts";
import type { StepPorts } from "./ports.ts";
import { taskFileOf } from "./session.ts";

export type LaunchRequests = (
  session: Pick<AgentSession, "places">,
  thopter: Thopter,
) => Promise<LaunchRequest>;

/** What an agent is started with, at its launch and each time it is started again. */
export function createLaunchRequests({
  keptFor,
  identities,
  providers,
}: Pick<StepPorts, "keptFor" | "identities" | "providers">): LaunchRequests {
  return async ({ places }, thopter) => {
    const kept = await keptFor(thopter.repository);
    const { identity } = thopter;
    const login = identity === undefined ? {} : { login: await identities.logins(identity) };
    return {
      ...login,
      task: `${thopter.instructions ?? thopter.task}${contextParagraph(thopter)}`,
      taskFile: taskFileOf(places),
      env: {
        ...providers[thopter.provider]?.agentEnvironment,
        ...kept.variables(),
        ...environmentOf(thopter, places),
      },
    };
  };
}
