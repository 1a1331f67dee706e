import type { HomeView, KnownBlock } from "@slack/types";
import type { Role } from "../../src/core/actor.ts";
import type { ApprovalView, FleetStatus, ThopterView } from "../../src/core/ports/fleet.ts";
import { button, ids } from "../blocks/actions.ts";
import { actions, context, divider, header, section } from "../blocks/elements.ts";
import { statusMessage } from "../blocks/status.ts";
import { quoted } from "../blocks/text.ts";
import { thopterButtons, thopterLine, thopterTable } from "../blocks/thopters.ts";

/** Slack takes no more: https://docs.slack.dev/reference/views/home-tab-views */
const mostBlocks = 100;
const mostOwn = 15;

/** What App Home shows one person. */
export type HomeFacts = {
  role: Role;
  own: readonly ThopterView[];
  fleet: readonly ThopterView[];
  status: FleetStatus;
  approvals: readonly ApprovalView[];
};

/** The fleet at a glance: the reader's own thopters with what to do next, then everyone's, lanes and approvals. */
export function homeView(facts: HomeFacts): HomeView {
  const blocks = [
    ...top(facts),
    ...(facts.own.length === 0 ? firstSteps(facts.role) : ownBlocks(facts.own)),
    divider,
    ...fleetBlocks(facts),
  ];
  return { type: "home", blocks: blocks.slice(0, mostBlocks) };
}

function top({ role }: HomeFacts): KnownBlock[] {
  const value = "home";
  return [
    header("Thopter"),
    ...actions(
      role === "viewer"
        ? undefined
        : button("New thopter…", { id: ids.provisionForm, value, style: "primary" }),
      button("List", { id: ids.list, value }),
      button("Help", { id: ids.help, value }),
    ),
  ];
}

/** For those who have no thopters yet. */
function firstSteps(role: Role): KnownBlock[] {
  const mayDo =
    role === "viewer"
      ? "You may look at the fleet now. If you use thopters from a command line already, link your account: `thopter slack link` there shows a code, and `/thopter claim <code>` here takes it. Or ask an admin to make you an operator."
      : "`/thopter provision fix the login bug --repo owner/name` starts one: a machine with an agent that works on it. If you use thopters from a command line already, `/thopter claim <code>` links them to you.";
  return [
    section(`*First steps*\nYou have no thopters. ${mayDo.replaceAll("<code>", "&lt;code&gt;")}`),
    context("`/thopter help` shows everything there is."),
  ];
}

function ownBlocks(own: readonly ThopterView[]): KnownBlock[] {
  const shown = own.slice(0, mostOwn);
  const more = own.length - shown.length;
  return [
    section("*Your thopters*"),
    ...shown.flatMap((thopter) => [
      section(thopterLine(thopter)),
      ...questionBlocks(thopter),
      ...actions(...thopterButtons(thopter)),
    ]),
    ...(more > 0 ? [context(`and ${more} more`)] : []),
  ];
}

/** What the first buttons answer. */
function questionBlocks({ agentState }: ThopterView): KnownBlock[] {
  const question = agentState?.question;
  return question === undefined ? [] : [context(`It asks: ${quoted(question.text, 500)}`)];
}

function fleetBlocks({ fleet, status, approvals }: HomeFacts): KnownBlock[] {
  const { blocks = [] } = statusMessage(status, approvals);
  // Home is published anew by itself: it needs no button for that.
  const facts = blocks.filter(({ type }) => type !== "actions");
  if (fleet.length === 0) return facts;
  const { block, shown } = thopterTable(fleet);
  const more = fleet.length - shown;
  return [
    ...facts,
    section("*Everyone's thopters*"),
    block,
    ...(more > 0 ? [context(`and ${more} more`)] : []),
  ];
}
