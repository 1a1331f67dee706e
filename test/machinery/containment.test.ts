import { expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { refuseUncontained } from "../../src/machinery/containment.ts";
import { noIsolation } from "../providers/local/local-harness.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const fly = {
  ...{ THOPTER_PROVIDER: "fly", FLY_API_TOKEN: "fly-token", FLY_APP: "app" },
  ...{ FLY_REGION: "ams", FLY_IMAGE: "agent:1" },
};

function refuse(env: Record<string, string>): void {
  const config = readConfig({ THOPTER_DATA_DIR: temporaryDirectory(), ...env });
  refuseUncontained(config, noIsolation());
}

it("a hub for others does not start where agents on its machine are not contained", () => {
  expect(() => refuse({ THOPTER_HOST: "0.0.0.0" })).toThrow(
    /Cannot listen on "0.0.0.0": .* not contained .*THOPTER_UNISOLATED/,
  );
});

it("nor does one that lets a Slack workspace in", () => {
  expect(() => refuse({ SLACK_BOT_TOKEN: "a-token", SLACK_APP_TOKEN: "a-token" })).toThrow(
    /Cannot let Slack in: .* not contained .*THOPTER_UNISOLATED/,
  );
});

it.each([
  ["it is for this machine alone", { THOPTER_HOST: "127.0.0.1" }],
  ["a person accepts it", { THOPTER_HOST: "0.0.0.0", THOPTER_UNISOLATED: "I_UNDERSTAND" }],
  ["agents run at Fly", { THOPTER_HOST: "0.0.0.0", ...fly }],
])("one starts where %s", (_why, env) => {
  expect(() => refuse(env)).not.toThrow();
});
