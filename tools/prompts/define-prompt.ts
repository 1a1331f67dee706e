import type { z } from "zod";
import type { Role } from "../../src/core/actor.ts";
import { UserError } from "../../src/core/errors.ts";
import type { Sight } from "../resources/define-resource.ts";
import { argumentError } from "../server/error-text.ts";

/** What an argument may be, given the others so far. */
export type Suggest = (
  sight: Sight,
  given: Readonly<Record<string, string>>,
) => Promise<readonly string[]>;

type PromptFacts<N extends string> = {
  name: string;
  title: string;
  description: string;
  minimumRole: Role;
  mutates: boolean;
  suggestions: Readonly<Partial<Record<N, Suggest>>>;
};

export type PromptArgument = { name: string; description: string; required: boolean };

/** A prompt as any protocol's adapter can list and fill it in. */
export type Prompt = PromptFacts<string> & {
  arguments: readonly PromptArgument[];
  /** The words for the model. Throws UserError that names a wrong argument. */
  words(input: unknown): string;
};

/** A prompt from its arguments, which are texts for every client, and what it says with them. */
export function definePrompt<I extends z.ZodObject>(
  definition: PromptFacts<keyof I["shape"] & string> & {
    input: I;
    words(input: z.output<I>): string;
  },
): Prompt {
  const { input: schema, words, ...facts } = definition;
  const fields: Readonly<Record<string, z.ZodType>> = schema.shape;
  return {
    ...facts,
    arguments: Object.entries(fields).map(([name, field]) => ({
      name,
      description: field.description ?? "",
      required: !field.safeParse(undefined).success,
    })),
    words(input) {
      const parsed = schema.safeParse(input, { reportInput: true });
      if (parsed.success) return words(parsed.data);
      throw new UserError(argumentError(facts.name, schema, parsed.error));
    },
  };
}
