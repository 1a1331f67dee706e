import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { detectIsolation } from "../../../src/providers/local/detect-isolation.ts";
import { temporaryDirectory } from "../../temp-directory.ts";
import { clock, realIsolation } from "./local-harness.ts";

function pathWith(programs: Record<string, string>): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), 0o755);
  }
  return directory;
}

const refusing = (words: string): string => `#!/bin/sh\necho "bwrap: ${words}" >&2\nexit 1\n`;

describe("detecting isolation", () => {
  it("finds a machine with bubblewrap containing, and says what stays shared", async () => {
    const isolation = await realIsolation();
    expect(isolation).toMatchObject({ mechanism: "bubblewrap", contained: true });
    expect(isolation.words).toContain("loopback");
  });

  it.each([
    ["bubblewrap is missing", {}, /^Thopters are not contained: bubblewrap is not installed/],
    ["nsenter is missing", { bwrap: refusing("") }, /nsenter is not installed/],
    [
      "bubblewrap is too old",
      { bwrap: refusing("Unknown option --as-pid-1"), nsenter: refusing("") },
      /older than 0\.8\.0/,
    ],
    [
      "user namespaces are forbidden",
      { bwrap: refusing("No permissions to create new namespace"), nsenter: refusing("") },
      /forbids user namespaces/,
    ],
    [
      "bubblewrap fails otherwise",
      { bwrap: refusing("Out of luck"), nsenter: refusing("") },
      /does not work here: .*Out of luck/,
    ],
  ])("says so when %s", async (_, programs, words) => {
    const isolation = await detectIsolation({ clock, path: pathWith(programs) });
    expect(isolation).toMatchObject({ mechanism: "none", contained: false });
    expect(isolation.words).toMatch(words);
  });

  it("notices a sandbox that hides nothing", async () => {
    const real = await realIsolation();
    if (real.mechanism === "none") throw new Error("There is no sandbox");
    // It makes real sandboxes, but runs the commands outside of them.
    const path = pathWith({
      nsenter: '#!/bin/sh\nwhile [ "$1" != --chdir ]; do shift; done; shift 3; exec "$@"\n',
    });
    symlinkSync(real.tools.bwrap, join(path, "bwrap"));
    const isolation = await detectIsolation({ clock, path });
    expect(isolation.mechanism).toBe("none");
    expect(isolation.words).toContain("the sandbox shows files of the hub");
  });
});
