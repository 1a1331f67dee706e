import { randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../src/core/redact.ts";
import type { Redactor } from "../../src/core/redact.ts";
import { openKnownSecrets } from "../../src/secrets/known-secrets.ts";
import { createVaults } from "../../src/secrets/vaults.ts";
import { createManualClock } from "../manual-clock.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const day = 24 * 60 * 60_000;
const [old, next, kept] = ["the-old-token-1", "the-new-token-2", "a-sealed-value-3"];

/** One data directory, and the hubs that have it one after the other. */
function startWorld() {
  const directory = temporaryDirectory();
  const key = randomBytes(32);
  const clock = createManualClock();
  const errors: unknown[] = [];

  async function hub(settings: string[], sealed: string[] = [], withKey = key): Promise<Redactor> {
    const redact = createRedactor(settings);
    const report = (error: unknown): void => void errors.push(error);
    const known = await openKnownSecrets({ directory, key: withKey, clock, redact, report });
    const vaultFor = createVaults(withKey, redact);
    for (const value of sealed) vaultFor("test").seal(value);
    await known.settle();
    return redact;
  }
  return { directory, clock, errors, hub };
}

describe("what an earlier hub knew as a secret", () => {
  it("is hidden by the next hub as well, though it was replaced in between", async () => {
    const world = startWorld();
    await world.hub([old], [kept]);
    const redact = await world.hub([next]);
    expect(redact(`${old} ${next} ${kept}`)).toBe("[redacted] [redacted] [redacted]");
    expect(world.errors).toEqual([]);
  });

  it("is forgotten 90 days after the first start without it, and no sooner", async () => {
    const world = startWorld();
    await world.hub([old]);
    // For as long as it is in use no time runs.
    await world.clock.advance(200 * day);
    await world.hub([old]);
    await world.hub([next]);
    await world.clock.advance(60 * day);
    await world.hub([next]);
    await world.clock.advance(29 * day);
    expect((await world.hub([next]))(old)).toBe("[redacted]");
    await world.clock.advance(2 * day);
    expect((await world.hub([next]))(old)).toBe(old);
  });

  it("counts as in use again when it comes back", async () => {
    const world = startWorld();
    await world.hub([old]);
    await world.hub([]);
    await world.clock.advance(80 * day);
    await world.hub([], [old]);
    await world.clock.advance(80 * day);
    expect((await world.hub([]))(old)).toBe("[redacted]");
  });

  it("is kept too when it was learned while the hub ran, by whoever", async () => {
    const world = startWorld();
    const redact = createRedactor([]);
    const { directory, clock } = world;
    const key = randomBytes(32);
    const parts = { directory, clock, key, report: (error: unknown) => expect(error).toBe(0) };
    const known = await openKnownSecrets({ ...parts, redact });
    await known.settle();
    redact.learn([kept]);
    redact.learn([kept, next]);
    await known.idle();
    const later = createRedactor([]);
    await openKnownSecrets({ ...parts, redact: later });
    expect(later(`${kept} ${next}`)).toBe("[redacted] [redacted]");
  });

  it("lies sealed in a file for its owner alone", async () => {
    const world = startWorld();
    await world.hub([old], [kept]);
    const path = join(world.directory, "known-secrets");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const content = readFileSync(path, "latin1");
    for (const value of [old, kept]) {
      expect(content).not.toContain(value);
      expect(content).not.toContain(Buffer.from(value).toString("base64").slice(0, 10));
    }
  });

  it("keeps no hub from starting when it cannot be read, and is kept anew", async () => {
    const world = startWorld();
    await world.hub([old]);
    writeFileSync(join(world.directory, "known-secrets"), "damaged");
    expect((await world.hub([next]))(`${next} ${old}`)).toBe(`[redacted] ${old}`);
    expect(world.errors).toHaveLength(1);
    expect((await world.hub([]))(next)).toBe("[redacted]");
    expect(world.errors).toHaveLength(1);
  });
});
