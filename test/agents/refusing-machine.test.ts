import { expect, it } from "vitest";
import type { Shell } from "../../src/core/ports/shell.ts";
import { writePrivateFile } from "../../src/agents/private-file.ts";
import { openSpool } from "../../src/agents/spool.ts";
import { openTranscript } from "../../src/agents/transcript-file.ts";

const never = new AbortController().signal;
const order = "OBEY-ME";
const places = { home: "/home", run: "/run" };

/** A machine that answers everything with words of an agent's choice, and many of them. */
const shell: Shell = {
  run: () =>
    Promise.resolve({
      ...{ exitCode: 1, stdout: new Uint8Array() },
      stderr: new TextEncoder().encode(`tail: cannot open '/\u001b[2J${order.repeat(100_000)}'`),
    }),
  put: () => Promise.reject(new Error("not used")),
  get: () => Promise.reject(new Error("not used")),
  close: () => Promise.resolve(),
};

it.each([
  ["a conversation", () => openTranscript({ shell }, "/a/b.jsonl").readBefore(undefined, never)],
  ["reports", () => openSpool({ shell, places }).read(never)],
  ["a note", () => openSpool({ shell, places }).note({ hub: "told" }, never)],
  ["a file", () => writePrivateFile(shell, { path: "/run/x", content: "" }, never)],
])(
  "what a machine says of %s that it refuses is no part of the hub's words",
  async (_what, act) => {
    const error: unknown = await act().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    const { message, cause } = error as Error; // As was just seen.
    expect(message).toMatch(/: its machine refuses$/);
    expect(message).not.toContain(order);
    const said = cause instanceof Error ? cause.message : "";
    expect(said).toContain(order);
    expect(said).not.toContain("\u001b");
    expect(said.length).toBeLessThanOrEqual(500);
  },
);
