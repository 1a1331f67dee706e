import { z } from "zod";
import { priorities } from "../src/core/operation.ts";
import { defineTool } from "./define-tool.ts";
import { nextField } from "./views/fields.ts";
import { explanationOf } from "./views/operation-view.ts";

const templateWords =
  "Wraps the task: a name in thopter://templates, or repo:name of the repository";
const identityWords =
  "The agent's home and login: a name in thopter://identities; the default if absent";

export const provisionThopter = defineTool({
  name: "provision_thopter",
  title: "Provision a thopter",
  description:
    "Starts a thopter: a machine with a coding agent that works on one task in a clone of a repository, on a branch of its own. Use it to hand over a piece of work; call it once for each. Not for a new instruction to a running thopter: tell_thopter. Returns its name and branch at once; wait_for_thopters waits.",
  input: z.strictObject({
    task: z
      .string()
      .min(1)
      .max(100_000)
      .describe("All the agent needs to know: it sees nothing of your conversation"),
    repository: z
      .string()
      .min(1)
      .max(1000)
      .describe("https or ssh address, or owner/name on GitHub"),
    template: z.string().max(110).optional().describe(templateWords),
    variables: z
      .record(z.string(), z.string())
      .optional()
      .describe("What the template needs")
      .meta({ examples: [{ ticket: "42" }] }),
    identity: z.string().max(60).optional().describe(identityWords),
    base: z
      .string()
      .max(250)
      .optional()
      .describe("Branch, tag or commit to start from; default branch if absent"),
    name: z.string().max(40).optional().describe('Like "amber-falcon"; chosen if absent'),
    labels: z
      .array(z.string().max(60))
      .max(20)
      .optional()
      .describe("Words to find it by")
      .meta({ examples: [["docs"]] }),
    ttl_hours: z
      .number()
      .positive()
      .max(8760)
      .optional()
      .describe("Destroy it this long after it is ready"),
    priority: z.enum(priorities).optional().describe("Place in the queue; normal if absent"),
    keep_on_failure: z.boolean().optional().describe("Leave a failed one standing"),
    key: z.string().max(200).optional().describe("A call repeated with it makes no second thopter"),
  }),
  output: z.strictObject({
    outcome: z.enum(["new", "joined", "repeated"]).describe("Whether this call made it"),
    thopter: z.string().describe("Its name"),
    branch: z.string().describe("For its work"),
    operation: z.string().describe("Id of what makes it"),
    explanation: z.string().describe("How that stands, or why it waits"),
    next: nextField,
  }),
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: true,
  },
  toolset: "default",
  minimumRole: "operator",
  mutates: true,
  alwaysLoad: true,
  async handler(
    { ttl_hours: ttlHours, keep_on_failure: keepOnFailure, ...input },
    { fleet, caller },
  ) {
    const request = { ...input, keepOnFailure, ttlMs: hoursToMs(ttlHours) };
    const { thopter, operation, outcome } = await fleet.provision(caller, request);
    const next = `wait_for_thopters with thopters ["${thopter.name}"] and until "settled" waits for its work; get_thopter then shows its branch.`;
    const { name, branch } = thopter;
    return {
      text: `${outcome === "new" ? "Accepted" : "Already asked for"}: "${name}", operation ${operation.id}. ${next}`,
      content: {
        outcome,
        thopter: name,
        branch,
        operation: operation.id,
        explanation: explanationOf(operation),
        next,
      },
    };
  },
});

function hoursToMs(hours: number | undefined): number | undefined {
  return hours === undefined ? undefined : Math.round(hours * 3_600_000);
}
