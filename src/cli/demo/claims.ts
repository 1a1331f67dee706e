import type { Terminal } from "../terminal.ts";

/** What the demo shows, each claim printed only once it has been checked. */
export type Claims = {
  act(title: string): void;
  /** Prints the claim when it holds; throws when it does not. */
  check(claim: string, holds: boolean): void;
  readonly checked: number;
};

export function createClaims(terminal: Terminal): Claims {
  let checked = 0;
  return {
    act(title) {
      terminal.print("");
      terminal.print(terminal.style("bold", title));
    },
    check(claim, holds) {
      if (!holds) throw new Error(`The demo claims that ${claim}, but it does not hold.`);
      checked += 1;
      terminal.print(`  ${terminal.style("green", "✓")} ${claim}`);
    },
    get checked() {
      return checked;
    },
  };
}
