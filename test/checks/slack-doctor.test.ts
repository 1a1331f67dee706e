import { expect, it, onTestFinished } from "vitest";
import { examineSlack } from "../../src/checks/slack-doctor.ts";
import type { Finding } from "../../src/cli/commands/doctor.ts";
import { startSlackSimulation } from "../../src/cli/simulate/slack-simulation.ts";
import { readConfig } from "../../src/config.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import { jsonOf, run } from "../cli/run.ts";
import { temporaryDirectory } from "../temp-directory.ts";

async function environmentOfSlack(): Promise<Record<string, string>> {
  const simulation = await startSlackSimulation({ clock: createSystemClock(), port: 0 });
  onTestFinished(() => simulation.close());
  return { THOPTER_DATA_DIR: temporaryDirectory(), ...simulation.environment };
}

function examine(environment: Record<string, string>): Promise<Finding[]> {
  return examineSlack(readConfig(environment));
}

it("finds nothing to mend where all is well", async () => {
  const findings = jsonOf(await run(await environmentOfSlack(), "doctor", "--json"));
  expect(findings).toEqual(
    expect.arrayContaining([
      { what: "slack bot", ok: true, words: expect.stringMatching(/^in "/) as string },
      { what: "slack requests", ok: true, words: "come by Socket Mode" },
    ]),
  );
});

it("says nothing of a Slack that is not wanted", async () => {
  expect(await examine({ THOPTER_DATA_DIR: temporaryDirectory() })).toEqual([]);
});

it.each([
  { patch: { SLACK_BOT_TOKEN: "xoxb-unknown" }, what: "slack bot", words: /does not know it/ },
  { patch: { SLACK_BOT_TOKEN: "xapp-1" }, what: "slack bot", words: /an app-level token/ },
  { patch: { SLACK_APP_TOKEN: "xapp-unknown" }, what: "slack requests", words: /not know it/ },
])("has a line that mends $patch", async ({ patch, what, words }) => {
  const findings = await examine({ ...(await environmentOfSlack()), ...patch });
  expect(findings.filter(({ ok }) => !ok)).toMatchObject([
    { what, words: expect.stringMatching(words) as string, mend: "thopter slack setup" },
  ]);
});
