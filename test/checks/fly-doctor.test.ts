import { expect, it, onTestFinished } from "vitest";
import { examineFly } from "../../src/checks/fly-doctor.ts";
import type { Finding } from "../../src/cli/commands/doctor.ts";
import { startFlySimulation } from "../../src/cli/simulate/fly-simulation.ts";
import { readConfig } from "../../src/config.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import { jsonOf, run } from "../cli/run.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const clock = createSystemClock();

async function environmentOfFly(): Promise<Record<string, string>> {
  const simulation = await startFlySimulation({
    ...{ clock, directory: temporaryDirectory(), app: "my-thopters", token: "good-token" },
    ...{ port: 0, sshPort: 0 },
  });
  onTestFinished(() => simulation.close());
  return { THOPTER_DATA_DIR: temporaryDirectory(), ...simulation.environment };
}

function examine(environment: Record<string, string>): Promise<Finding[]> {
  return examineFly(readConfig(environment), clock);
}

it("finds nothing to mend where all is well", async () => {
  const findings = jsonOf(await run(await environmentOfFly(), "doctor", "--json"));
  const named = { ok: true, words: expect.any(String) as string };
  expect(findings).toEqual(
    expect.arrayContaining(
      ["fly app", "fly region", "fly image", "fly reach"].map((what) => ({ what, ...named })),
    ),
  );
});

it("says what is not set, and what to do", async () => {
  const env = { THOPTER_DATA_DIR: temporaryDirectory(), THOPTER_PROVIDER: "fly" };
  const { code, stdout } = await run(env, "doctor", "--json");
  expect(code).toBe(1);
  for (const name of ["FLY_API_TOKEN", "FLY_APP", "FLY_REGION", "FLY_IMAGE"]) {
    expect(stdout).toContain(`${name} is not set`);
  }
  expect(stdout).toContain("fly apps create");
});

it.each([
  { patch: { FLY_API_TOKEN: "revoked" }, what: "fly app", mend: /fly tokens create deploy/ },
  { patch: { FLY_APP: "nobodys" }, what: "fly app", mend: /fly apps create nobodys/ },
  { patch: { FLY_REGION: "iad,xyz" }, what: "fly region", mend: /FLY_REGION.*ams/ },
  { patch: { FLY_IMAGE: "registry.fly.io/a" }, what: "fly image", mend: /FLY_IMAGE=/ },
  { patch: { FLY_IMAGE: "agent:latest" }, what: "fly image", mend: /FLY_IMAGE=/ },
])("has a line that mends the $what of $patch", async ({ patch, what, mend }) => {
  const findings = await examine({ ...(await environmentOfFly()), ...patch });
  const bad = findings.filter(({ ok }) => !ok);
  expect(bad).toMatchObject([{ what, mend: expect.stringMatching(mend) as string }]);
});

it.each([
  ["the private network", { FLY_REACH: "private" }, /fly wireguard create/],
  ["an address of IPv6", { FLY_REACH: "public" }, /fly ips allocate-v6 --app nobodys/],
  ["an address for TLS", { FLY_REACH: "tls" }, /fly ips allocate-v4 --shared --app nobodys/],
])("has a line that mends the want of %s", async (_what, patch, mend) => {
  const elsewhere = { FLY_FLAPS_BASE_URL: "http://nowhere.internal:9", FLY_APP: "nobodys" };
  const address = patch.FLY_REACH === "private" ? {} : { FLY_ADDRESS: "{app}.invalid" };
  const env = { ...(await environmentOfFly()), ...elsewhere, ...patch, ...address };
  const findings = await examine(env);
  expect(findings.find(({ what }) => what === "fly reach")).toMatchObject({
    ...{ ok: false, mend: expect.stringMatching(mend) as string },
  });
  expect(findings.find(({ what }) => what === "fly app")).toMatchObject({
    ...{ ok: false, words: expect.stringContaining("Fly does not answer") as string },
  });
});
