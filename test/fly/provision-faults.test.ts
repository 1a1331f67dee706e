import { describe, expect, it } from "vitest";
import type { Fault } from "../../src/simulators/fly/faults.ts";
import { provisionUnder, type FaultCase } from "./fault-story.ts";

/** Every answer to an action is this one, until someone mends it. */
const always = (action: string, status = 503): Fault => ({ kind: "answer", action, status });
const faulty = [/Fly has a fault\. See https:\/\/status\.flyio\.net/, /Fly request \S+-sim/];
const nothing = { machines: 0, volumes: 0 };
const noMachine = { machines: 0 };
const late: Fault = { kind: "late-create", ms: 200_000 };

const answers: FaultCase[] = [
  {
    it: "fails where the machines cannot be listed: none was made blindly, and it must be destroyed again",
    faults: [always("machines.list")],
    ...{ ends: [/Cannot list the machines/, ...faulty], cleanup: faulty, makes: nothing },
  },
  {
    it: "fails where the volumes cannot be listed",
    faults: [always("volumes.list")],
    ...{ ends: [/Cannot list the volumes/, ...faulty], makes: nothing },
  },
  {
    it: "fails where no volume can be made",
    faults: [always("volumes.create")],
    ...{ ends: [/Cannot create a volume in "iad"/, ...faulty], makes: nothing },
  },
  {
    it: "fails where no machine can be made",
    faults: [always("machines.create")],
    ...{ ends: [/Cannot create machine "thopter-calm-otter-/, ...faulty], makes: noMachine },
  },
  {
    it: "fails where no connection to Fly holds",
    faults: [always("machines.create", 0)],
    ...{ ends: [/Fly could not be reached\. Look at the network/], makes: noMachine },
  },
  {
    it: "fails where Fly refuses for too many requests for ever",
    faults: [always("machines.create", 429)],
    ...{ ends: [/too many requests to Fly\. See what else works on this app/], makes: noMachine },
  },
  {
    it: "fails at once where Fly does not take the request",
    faults: [always("machines.create", 422)],
    ...{ ends: [/Fly does not accept the request/, /Fly answered 422/], makes: noMachine },
  },
  {
    it: "fails at once where the token may not make machines",
    faults: [always("machines.create", 403)],
    ...{ ends: [/the token may not do that\. Look at FLY_APP/], makes: noMachine },
  },
  {
    it: "fails where Fly answers nonsense for ever",
    faults: [{ kind: "answer", action: "machines.list", status: 200, text: "<html>" }],
    ends: [/Fly answered something that is not understood/],
    ...{ cleanup: [/not understood/], makes: nothing },
  },
  {
    it: "fails where a machine cannot be looked at, and its destroy says the same",
    faults: [always("machines.get")],
    ...{ ends: [/Cannot finish "wait-for-shell": it took longer than 300 s/], cleanup: faulty },
  },
  {
    it: "succeeds where Fly's long polls fail for ever: the machine is looked at instead",
    ...{ faults: [always("machines.wait")], ends: "succeeded" },
  },
];

const creates: FaultCase[] = [
  {
    it: "adopts the machine of a create that was done and not answered",
    ...{ named: "-lost-answer", ends: "succeeded" },
  },
  {
    it: "adopts the machine of a create that is done five seconds after its answer was lost",
    ...{ named: "-late-create", ends: "succeeded" },
  },
  {
    it: "adopts the machine of a lost create that the list shows only ten seconds later",
    ...{ named: "-lost-answer", faults: [{ kind: "list-lag", ms: 10_000 }], ends: "succeeded" },
    // A second volume is ready before Fly says that the name is taken; it stays in the pool.
    makes: { volumes: 2 },
  },
  {
    it: "fails where creates are done after all have given up, and what appears is destroyed",
    ...{ faults: [late], ends: [/Cannot create machine.*Fly did not finish in time/] },
    // Each create that was asked for commits in its turn once the one before is destroyed.
    makes: { machines: 3 },
  },
  {
    it: "is not misled by one empty list",
    ...{ faults: [{ kind: "empty-list", times: 1 }], ends: "succeeded" },
  },
  {
    it: "does without lists where they are empty for ever",
    ...{ faults: [{ kind: "empty-list" }], ends: "succeeded" },
  },
  {
    it: "makes no second machine where a create is lost and lists are empty for ever, and the first is destroyed once it shows",
    named: "-lost-answer",
    faults: [{ kind: "empty-list" }],
    ends: [/its name is taken, by one that Fly does not show yet/],
    makes: { volumes: 2 },
  },
];

const rooms: FaultCase[] = [
  {
    it: "fails with words where its region is full",
    ...{ named: "-no-region", ends: [/its region has no room.*Add a region to FLY_REGION/] },
    makes: noMachine,
  },
  {
    it: "goes to the next region where the first is full",
    faults: [{ kind: "no-region", match: "iad" }],
    ...{ provider: { regions: ["iad", "ams"] }, ends: "succeeded", makes: { volumes: 2 } },
  },
  {
    it: "goes to the next region where no host of the first is up",
    trouble: ({ cloud }) => {
      for (const host of cloud.simulator.world.hosts) if (host.region === "iad") host.isUp = false;
    },
    ...{ provider: { regions: ["iad", "ams"] }, ends: "succeeded" },
  },
  {
    it: "fails with words where no region has room",
    faults: [{ kind: "no-region" }],
    provider: { regions: ["iad", "ams"] },
    // One for each region; what is beyond the spare one goes after each of the five attempts.
    ...{ ends: [/Add a region to FLY_REGION/], makes: { machines: 0, volumes: 6 } },
  },
  {
    it: "takes another volume where the first one's host is full",
    ...{ named: "-full-host", ends: "succeeded", makes: { volumes: 2 } },
  },
  {
    it: "takes another volume where the first one's host cannot take the machine",
    faults: [{ kind: "full-volume-host", times: 1 }],
    ...{ ends: "succeeded", makes: { volumes: 2 } },
  },
  {
    it: "fails with words where every volume's host is full, and keeps none of the volumes",
    faults: [{ kind: "full-volume-host" }],
    ends: [/the host of its volume has no room for it\. Wait, or add a region/],
    makes: { machines: 0, volumes: 15 },
  },
  {
    it: "keeps no volume where none is to be kept and the region is full",
    ...{ faults: [{ kind: "no-region" }], ends: [/Add a region/] },
    ...{ provider: { volumes: { sizeGb: 1, spare: 0 } }, makes: { machines: 0, volumes: 5 } },
  },
  {
    it: "fails with words where the quota is used up",
    ...{ named: "-over-quota", ends: [/at its quota\. Destroy something, or have Fly raise it/] },
    makes: noMachine,
  },
];

const machines: FaultCase[] = [
  {
    it: "fails where the machine never boots",
    ...{ named: "-never-boots", ends: [/become started or failed: Fly did not finish/] },
  },
  {
    it: "fails at once where the machine fails to boot",
    ...{ named: "-fails-boot", ends: [/it has failed\. Look at its log at Fly/] },
  },
  {
    it: "fails where the machine's host goes down, and its destroy says what it waits for",
    ...{ named: "-host-down", ends: [/the connection was lost/] },
    cleanup: [/Cannot see machine ".*" become destroyed: Fly did not finish in time/],
  },
  {
    it: "fails where someone destroys the machine by hand",
    dropsIn: "clone",
    trouble: ({ cloud }) => cloud.onAnswer(/wait 200$/, () => void cloud.byHand("DELETE", "")),
    ends: [/its machine is gone/],
  },
  {
    it: "starts the machine again that someone stopped by hand",
    dropsIn: "clone",
    trouble: ({ cloud }) => {
      let isFirst = true;
      cloud.onAnswer(/wait 200$/, () => {
        if (isFirst) void cloud.byHand("POST", "stop");
        isFirst = false;
      });
    },
    ends: "succeeded",
  },
  {
    it: "goes on where connections drop in the middle of a clone",
    ...{ dropsIn: "clone", ends: "succeeded" },
  },
  {
    it: "goes on where connections drop two seconds after the boot",
    ...{ named: "-dropped-ssh", ends: "succeeded" },
  },
  {
    it: "launches no second agent where connections drop in the middle of the launch",
    ...{ dropsIn: "launch", ends: "succeeded" },
  },
];

const access: FaultCase[] = [
  {
    it: "fails at once and names the setting where the token is revoked on the way",
    named: "-revoked-token",
    ends: [/Fly does not accept the token\. Put a valid one into FLY_API_TOKEN/],
    cleanup: [/FLY_API_TOKEN/],
  },
  {
    it: "fails at once where the token was never valid, and nothing was made",
    trouble: ({ cloud }) => cloud.simulator.world.tokens.clear(),
    ends: [/Cannot list the machines: Fly does not accept the token/],
    ...{ cleanup: [/FLY_API_TOKEN/], makes: nothing },
  },
  {
    it: "fails at once where there is no such app",
    faults: [{ kind: "answer", status: 404, text: "not_found: app fleet not found" }],
    ends: [/there is no such app\. Put the right one into FLY_APP/],
    ...{ cleanup: [/FLY_APP/], makes: nothing },
  },
];

describe("a provision, whatever Fly answers,", () => {
  it.each(answers)("$it", async (fault) => {
    expect(await provisionUnder(fault)).toEqual([]);
  });
});

describe("a provision whose create goes astray", () => {
  it.each(creates)("$it", async (fault) => {
    expect(await provisionUnder(fault)).toEqual([]);
  });
});

describe("a provision for want of room", () => {
  it.each(rooms)("$it", async (fault) => {
    expect(await provisionUnder(fault)).toEqual([]);
  });
});

describe("a provision whose machine is in trouble", () => {
  it.each(machines)("$it", async (fault) => {
    expect(await provisionUnder(fault)).toEqual([]);
  });
});

describe("a provision without the right to", () => {
  it.each(access)("$it", async (fault) => {
    expect(await provisionUnder(fault)).toEqual([]);
  });
});
