import { UserError } from "../core/errors.ts";
import type { TemplateProblem } from "../core/template.ts";

/** What is wrong with a template, thrown until it is either shown or listed. */
export class BadTemplate extends Error {
  override name = "BadTemplate";
  readonly problems: readonly TemplateProblem[];

  constructor(problems: readonly TemplateProblem[]) {
    super(problems.map(({ message }) => message).join("; "));
    this.problems = problems;
  }
}

/** What is wrong where some work with templates fails; nothing where it does not. */
export function problemsOf(work: () => void): readonly TemplateProblem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof BadTemplate) return error.problems;
    throw error;
  }
}

/** Turns what is wrong with a template into words for whoever asked for it. */
export function shown<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof BadTemplate)) throw cause;
    const lines = cause.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);
    throw new UserError(
      `Cannot use the template "${name}": ${lines.slice(0, 5).join("; ")}. "thopter template check" shows all that is wrong.`,
      { cause },
    );
  }
}
