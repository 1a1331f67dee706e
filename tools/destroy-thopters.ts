import { z } from "zod";
import type { DestroyAnswer, DestroyRequest, PlannedDestroy } from "../src/core/ports/fleet.ts";
import { defineTool } from "./define-tool.ts";
import { nextField, thoptersField } from "./views/fields.ts";
import { planItemSchema, viewPlan } from "./views/plan-view.ts";

const outputSchema = z.strictObject({
  outcome: z
    .enum(["planned", "accepted", "approval-needed"])
    .describe("approval-needed: nothing happens until a person approves"),
  plan: z.array(planItemSchema).describe("The facts it rests on"),
  verdict: z
    .enum(["allow", "ask", "deny"])
    .optional()
    .describe("What the policy says to a dry run"),
  why: z.string().optional().describe("Of the verdict or the approval"),
  operations: z.array(z.string()).optional().describe("Ids of what destroys them"),
  approval: z.string().optional().describe("Id of what a person has to decide"),
  next: nextField,
});

type Answer = { text: string; content: z.input<typeof outputSchema> };

export const destroyThopters = defineTool({
  name: "destroy_thopters",
  title: "Destroy thopters",
  description:
    'Destroys thopters with their machines, unsaved work rescued first. Returns the plan and what became of it. Use it when work is collected or no longer wanted; name each one, there is no "all". Not to stop queued work: cancel_operation. Several at once, unsaved work or force may need a person\'s approval: you then get its id, and nothing happens yet.',
  input: z.strictObject({
    thopters: thoptersField,
    reason: z
      .string()
      .min(1)
      .max(1000)
      .describe("Why, for the person who may be asked and for the record"),
    dry_run: z.boolean().default(false).describe("Only show what would happen"),
    force: z
      .boolean()
      .default(false)
      .describe("Even where unsaved work cannot be rescued: it is lost"),
  }),
  output: outputSchema,
  annotations: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: false,
  },
  toolset: "default",
  minimumRole: "operator",
  mutates: true,
  async handler({ dry_run: dryRun, ...input }, { fleet, caller }): Promise<Answer> {
    const request: DestroyRequest = input;
    return dryRun
      ? planned(await fleet.planDestroy(caller, request))
      : answered(await fleet.destroy(caller, request));
  },
});

function planned({ plan, verdict }: PlannedDestroy): Answer {
  const verdictWords: Record<typeof verdict.answer, string> = {
    allow: "Allowed. Call again without dry_run to do it.",
    ask: `A person has to approve it: ${verdict.why}. Call again without dry_run to ask.`,
    deny: `Not allowed: ${verdict.why}.`,
  };
  const next = verdictWords[verdict.answer];
  return {
    text: `Dry run over ${String(plan.items.length)}, nothing was done. ${next}`,
    content: {
      outcome: "planned",
      plan: viewPlan(plan),
      verdict: verdict.answer,
      why: verdict.why,
      next,
    },
  };
}

function answered(answer: DestroyAnswer): Answer {
  const plan = viewPlan(answer.plan);
  if (answer.outcome === "approval-needed") {
    const { id: approval, why } = answer.approval;
    const next = `Nothing is destroyed until a person approves. Tell your person so; wait_for_operations with ids ["${approval}"] waits for the decision and for what follows.`;
    return {
      text: `Approval ${approval} is needed: ${why}. ${next}`,
      content: { outcome: answer.outcome, plan, approval, why, next },
    };
  }
  const operations = answer.operations.map(({ id }) => id);
  const next = `wait_for_operations with ids ${JSON.stringify(operations)} waits until they are gone.`;
  return {
    text: `Accepted for ${String(operations.length)}. ${next}`,
    content: { outcome: answer.outcome, plan, operations, next },
  };
}
