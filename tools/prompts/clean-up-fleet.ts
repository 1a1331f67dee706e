import { z } from "zod";
import { knownLabels, knownRepositories } from "../completions/known-values.ts";
import { definePrompt } from "./define-prompt.ts";

const sayings = ["mine", "everyone's"] as const;

export const cleanUpFleet = definePrompt({
  name: "clean_up_fleet",
  title: "Clean up the fleet",
  description: "Finds thopters that are no longer needed and destroys those that you agree to",
  minimumRole: "operator",
  mutates: true,
  input: z.strictObject({
    whose: z.enum(sayings).optional().describe('"mine" or "everyone\'s"; mine if absent'),
    label: z.string().max(60).optional().describe("Only those with this label"),
    repository: z.string().max(1000).optional().describe("Only those of this repository"),
    older_than_hours: z
      .string()
      .regex(/^\d{1,4}$/, 'give a whole number of hours, such as "24"')
      .optional()
      .describe("Only those asked for longer ago than this"),
  }),
  suggestions: {
    whose: () => Promise.resolve(sayings),
    label: knownLabels,
    repository: knownRepositories,
    older_than_hours: () => Promise.resolve(["1", "8", "24", "72", "168"]),
  },
  words({ whose = "mine", label, repository, older_than_hours: hours }) {
    const filters = [
      ...(whose === "mine" ? ["mine true"] : []),
      ...(label === undefined ? [] : [`label ${JSON.stringify(label)}`]),
      ...(repository === undefined ? [] : [`repository ${JSON.stringify(repository)}`]),
    ];
    const age =
      hours === undefined ? "" : ` Keep only those with age_minutes over ${String(+hours * 60)}.`;
    return `Find thopters that are no longer needed, and destroy those that I agree to.

1. Call list_thopters${filters.length === 0 ? "" : ` with ${filters.join(", ")}`}; pass next_cursor as cursor until there is none.${age}
2. Leave alone what is not settled, and what waits for a person: name it, with its question.
3. For the others call destroy_thopters with dry_run true, at most 50 names in a call: it shows unsaved work and whether a person has to approve.
4. Show me a table: name, owner, state, age, unsaved work, verdict. Recommend what to destroy and what to keep, and why. Stop here and wait for my answer.
5. Then call destroy_thopters with the names I agreed to and no others, and my reason. Never use force unless I say so for a thopter by its name.
6. If it answers "approval-needed", tell me; wait_for_operations with the approval id waits for the decision. In the end report what is gone, what was rescued and what is left.`;
  },
});
