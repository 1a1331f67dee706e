import type { CommandContext, Seat } from "../command.ts";
import { askAgent, askGitLogin } from "./ask-agent.ts";
import { askProvider } from "./ask-provider.ts";
import { askSlack } from "./ask-slack.ts";
import { agentNameOf } from "./agents.ts";
import type { AgentChoice } from "./agents.ts";
import { writeDraft } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { nextOf } from "./next.ts";
import type { Fixed, Init, InitParts } from "./parts.ts";
import { createTalk } from "./talk.ts";

/** Asks whoever sits there for all that a hub needs, tries it, and writes it down at the end. */
export async function initAtTerminal(
  { context, seat }: { context: CommandContext; seat: Seat },
  parts: InitParts,
  fixed: Fixed,
): Promise<void> {
  const { draft, checks, file } = parts;
  const talk = createTalk(seat, context.signal);
  const init = { talk, draft, checks };
  talk.begin("thopter init");
  const agent = await askAll(init, fixed);
  const written = await writeDraft(draft, parts);
  talk.say(
    written.length === 0 ? [`${file.path} stays as it is`] : [`Wrote ${file.path}`, ...written],
    "good",
  );
  sayProblems(init);
  const programs = await checks.agentProgram(agentNameOf(agent), draft.values());
  talk.end(`Next: ${await nextOf(context.connection(), programs)}`);
}

async function askAll(init: Init, fixed: Fixed): Promise<AgentChoice> {
  try {
    await askProvider(init, fixed.provider);
    const agent = await askAgent(init, fixed.agent);
    await askGitLogin(init);
    await askSlack(init);
    keepAddresses(init.draft);
    return agent;
  } catch (error) {
    init.talk.leave("Nothing was changed.");
    throw error;
  }
}

const addresses = [
  "ANTHROPIC_BASE_URL",
  "OPENAI_BASE_URL",
  "GITHUB_API_URL",
  "SLACK_API_URL",
  "FLY_FLAPS_BASE_URL",
];

/** A login is of use where it was tried alone. */
function keepAddresses(draft: Draft): void {
  const given = draft.given();
  for (const name of addresses) {
    if (given[name] !== undefined) draft.set({ [name]: given[name] });
  }
}

function sayProblems({ talk, draft, checks }: Init): void {
  const problems = checks.problems(draft.values());
  if (problems.length > 0) talk.say(["The hub does not start yet:", ...problems], "warning");
  const shadowed = draft.shadowed().map(({ words }) => words);
  if (shadowed.length > 0) talk.say(shadowed, "warning");
}
