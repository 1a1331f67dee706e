import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig, readVariables } from "../../src/config.ts";
import { isSimulated } from "../../src/config/fly-settings.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const whole = {
  THOPTER_PROVIDER: "fly",
  FLY_API_TOKEN: "FlyV1 fm2_hush",
  FLY_APP: "my-thopters",
  FLY_REGION: "ams, fra",
  FLY_IMAGE: "registry.fly.io/my-thopters:1",
};

function read(patch: Record<string, string> = {}) {
  return readConfig({ THOPTER_DATA_DIR: temporaryDirectory(), ...patch });
}

describe("the settings of Fly", () => {
  it("are enough with a token, an app, a region and an image", () => {
    expect(read(whole)).toMatchObject({
      FLY_REGION: ["ams", "fra"],
      FLY_VM_SIZE: { kind: "shared", cpus: 2 },
      FLY_REACH: "private",
    });
  });

  it.each([
    ["FLY_API_TOKEN", "fly tokens create"],
    ["FLY_APP", "fly apps create"],
    ["FLY_REGION", "fly platform regions"],
    ["FLY_IMAGE", "src/providers/fly/image"],
  ])("name %s when it is missing, and what to do", (name, mend) => {
    const words = () => read({ ...whole, [name]: "" });
    expect(words).toThrow(`  ${name} is not set: THOPTER_PROVIDER=fly needs it: `);
    expect(words).toThrow(mend);
  });

  it("name all that is missing at once, and ask for nothing while machines are local", () => {
    expect(() => read({ THOPTER_PROVIDER: "fly" })).toThrow(
      /FLY_API_TOKEN[^]*FLY_APP[^]*FLY_REGION[^]*FLY_IMAGE/,
    );
    expect(read().FLY_APP).toBeUndefined();
  });

  it.each([
    ["FLY_APP", "My App"],
    ["FLY_REGION", "amsterdam"],
    ["FLY_VM_SIZE", "huge"],
    ["FLY_VM_MEMORY_MB", "1000"],
    ["FLY_VOLUME_SIZE_GB", "-1"],
    ["FLY_REACH", "pigeon"],
    ["FLY_ADDRESS", "{nobody}.internal"],
    ["FLY_SSH_PORT", "0"],
    ["FLY_FLAPS_BASE_URL", "http://example.com"],
  ])("refuse %s=%s by its name and value", (name, value) => {
    expect(() => read({ ...whole, [name]: value })).toThrow(`${name}: "${value}" does not fit (`);
  });

  it("never show the token", () => {
    expect(() => read({ ...whole, FLY_REGION: "" })).not.toThrow(/fm2_hush/);
  });

  it.each(["http://127.0.0.1:4280", "http://localhost:1", "http://[::1]:4280"])(
    "take %s for a simulator",
    (url) => {
      expect(isSimulated(read({ ...whole, FLY_FLAPS_BASE_URL: url }))).toBe(true);
    },
  );

  it.each(["https://api.machines.dev", "http://_api.internal:4280"])(
    "take %s for Fly itself",
    (url) => {
      expect(isSimulated(read({ ...whole, FLY_FLAPS_BASE_URL: url }))).toBe(false);
    },
  );
});

describe("what agents are handed", () => {
  it("comes from the environment or the env file by its names, and nothing else does", () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "env"), "ONE=from the file\nTWO=from the file\nTHREE=3\n");
    const config = readConfig({ THOPTER_DATA_DIR: directory, FLY_AGENT_ENV: "ONE, TWO" });
    expect(readVariables(config, { TWO: "from here", FOUR: "4" })).toEqual({
      ONE: "from the file",
      TWO: "from here",
    });
  });

  it("is named when it is not there", () => {
    const config = read({ FLY_AGENT_ENV: "ABSENT_ONE,ABSENT_TWO" });
    expect(() => readVariables(config, {})).toThrow(
      "Cannot hand ABSENT_ONE, ABSENT_TWO to agents: FLY_AGENT_ENV names what is not set.",
    );
  });
});
