import { describe, expect, it } from "vitest";
import { isNotSent, patiently } from "../../tools/proxy/patiently.ts";

function refused(): Error {
  // As fetch tells it: one cause for each address of the name.
  const causes = [Object.assign(new Error("refused"), { code: "ECONNREFUSED" })];
  return new TypeError("fetch failed", { cause: new AggregateError(causes) });
}

/** Fails this often, then succeeds. */
function failing(times: number, error: Error): { send: () => Promise<void>; tries: () => number } {
  let tries = 0;
  return {
    tries: () => tries,
    send: () => {
      tries += 1;
      return tries <= times ? Promise.reject(error) : Promise.resolve();
    },
  };
}

describe("sending patiently", () => {
  it("tries again while nobody listens", async () => {
    const { send, tries } = failing(2, refused());
    await patiently(5000, send);
    expect(tries()).toBe(3);
  });

  it("gives up in the end", async () => {
    const { send } = failing(10, refused());
    await expect(patiently(250, send)).rejects.toThrow("fetch failed");
  });

  it("never sends twice what may have arrived", async () => {
    const reset = new TypeError("fetch failed", {
      cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }),
    });
    const { send, tries } = failing(1, reset);
    await expect(patiently(5000, send)).rejects.toThrow("fetch failed");
    expect(tries()).toBe(1);
    expect(isNotSent("nothing")).toBe(false);
  });
});
