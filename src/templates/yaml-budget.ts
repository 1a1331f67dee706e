import { Lexer } from "yaml";

/** How deep a text may nest: the parser recurses, and takes long to find out that it cannot. */
const deepest = 10;

/**
 * Why a text of YAML is more than the parser gets, undefined when it is not. The parser compares each
 * key with all others and holds up everything else meanwhile; taking a text apart costs little, and
 * ends with the budget.
 */
export function beyondBudget(text: string, mostParts: number): string | undefined {
  let [parts, depth, onLine] = [0, 0, 0];
  for (const part of new Lexer().lex(text)) {
    parts += 1;
    if (parts > mostParts) return `it has more than ${mostParts} words and signs`;
    if (part === "[" || part === "{") depth += 1;
    else if (part === "]" || part === "}") depth -= 1;
    else if (part.startsWith("\n") || part.startsWith("\r")) onLine = 0;
    else if (part === "-" || part === "?" || part === ":") onLine += depth > 0 ? 0 : 1;
    if (depth > deepest || onLine > deepest) return "it is nested too deeply";
  }
  return undefined;
}
