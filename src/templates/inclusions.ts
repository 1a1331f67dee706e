import { toValueSync } from "liquidjs";
import type { Template as Parsed } from "liquidjs";

/** A template that another includes, and at which line of its body. */
export type Inclusion = { name: string; line: number };

/** Thrown for an include that does not say what it includes. */
export class UnnamedInclusionError extends Error {
  override name = "UnnamedInclusionError";
  readonly line: number;

  constructor(tag: string, line: number) {
    super(`"${tag}" needs the name of a template in quotes, such as {% ${tag} "rules" %}`);
    this.line = line;
  }
}

/** All that a parsed template includes, wherever in it. Throws UnnamedInclusionError. */
export function inclusionsOf(parsed: readonly Parsed[]): Inclusion[] {
  const found: Inclusion[] = [];
  const open = [...parsed];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const inclusion = inclusionOf(one);
    if (inclusion !== undefined) found.push(inclusion);
    if (one.children !== undefined) open.push(...childrenOf(one));
  }
  return found.toReversed();
}

function inclusionOf(parsed: Parsed): Inclusion | undefined {
  // Tags have a name; text and output have none.
  const tag = "name" in parsed ? String(parsed.name) : "";
  if (tag !== "include" && tag !== "render") return undefined;
  const line = parsed.token.getPosition()[0] ?? 1;
  const name = parsed.partialScope?.()?.name;
  if (name === undefined) throw new UnnamedInclusionError(tag, line);
  return { name, line };
}

function childrenOf(parsed: Parsed): Parsed[] {
  // Without partials it answers with the templates between its tags, and reads nothing.
  return toValueSync(parsed.children?.(false, true)) as Parsed[];
}
