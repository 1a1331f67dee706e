import { describe, expect, it } from "vitest";
import type { Fault } from "../../src/simulators/fly/faults.ts";
import { destroyUnder, type FaultCase, type Setting } from "./fault-story.ts";
import { pass } from "./simulated-time.ts";

/** Every answer to an action is this one, until someone mends it. */
const always = (action: string, status = 503): Fault => ({ kind: "answer", action, status });
const once = (action: string, answer: Partial<Fault>): Fault => ({
  ...{ kind: "answer", action, times: 1 },
  ...answer,
});
const faulty = [/Fly has a fault\. See https:\/\/status\.flyio\.net/, /Fly request \S+-sim/];

/** Someone else of the organisation holds the lease of the machine. */
function leaseFor(seconds: number): (here: Pick<Setting, "cloud">) => void {
  return ({ cloud }) => {
    for (const machine of cloud.standing()) {
      const expiresAt = Date.now() / 1000 + seconds;
      const lease = { nonce: "another", owner: "another", description: "", version: "" };
      machine.lease = { ...lease, expiresAt };
    }
  };
}

const answers: FaultCase[] = [
  {
    it: "fails where the machine cannot be looked at",
    ...{ faults: [always("machines.get")], ends: [/Cannot look at machine "\w+"/, ...faulty] },
  },
  {
    it: "fails where the machines cannot be listed: gone is not believed without two lists",
    ...{ faults: [always("machines.list")], ends: [/Cannot list the machines/, ...faulty] },
  },
  {
    it: "fails where no lease is given",
    faults: [always("machines.lease.acquire")],
    ends: [/Cannot take the lease of machine "\w+"/, ...faulty],
  },
  {
    it: "does without the release of a lease",
    ...{ faults: [always("machines.lease.release")], ends: "succeeded" },
  },
  {
    it: "goes on where a machine cannot be stopped",
    ...{ faults: [always("machines.stop")], ends: "succeeded" },
  },
  {
    it: "fails where the machine cannot be destroyed",
    faults: [always("machines.destroy")],
    ends: [/Cannot destroy machine "\w+"/, ...faulty],
  },
  {
    it: "succeeds where Fly's long polls fail for ever",
    ...{ faults: [always("machines.wait")], ends: "succeeded" },
  },
  {
    it: "succeeds where volumes cannot be listed",
    ...{ faults: [always("volumes.list")], ends: "succeeded" },
  },
  {
    it: "succeeds where its volume cannot be deleted, and the next destroy deletes it",
    ...{ faults: [always("volumes.delete")], ends: "succeeded", clearedByNext: true },
    provider: { volumes: { sizeGb: 1, spare: 0 } },
  },
  {
    it: "fails where Fly refuses for too many requests for ever",
    faults: [always("machines.destroy", 429)],
    ends: [/too many requests to Fly\. See what else works on this app/],
  },
  {
    it: "fails at once where the token may not destroy machines",
    ...{
      faults: [always("machines.destroy", 403)],
      ends: [/Look at FLY_APP and what FLY_API_TOKEN/],
    },
  },
  {
    it: "tries again where the machine was changed at the same time",
    faults: ["machines.stop", "machines.destroy"].map((action) =>
      once(action, {
        status: 409,
        text: "aborted: machine update failed due to concurrent update",
      }),
    ),
    ends: "succeeded",
  },
  {
    it: "tries again where Fly says that the state does not allow it",
    faults: [once("machines.destroy", { status: 412, text: "failed_precondition: not now" })],
    ends: "succeeded",
  },
  {
    it: "is done where Fly does not know the machine any more",
    faults: [once("machines.destroy", { status: 404, text: "", committed: true })],
    ends: "succeeded",
  },
];

const leases: FaultCase[] = [
  { it: "waits for one that ends soon", trouble: leaseFor(25), ends: "succeeded" },
  {
    it: "says so where it does not end",
    trouble: leaseFor(24 * 60 * 60),
    ends: [/someone else holds its lease\. See who works on it at Fly/],
  },
  {
    it: "takes it again where its own was lost on the way",
    trouble({ cloud }) {
      let isDue = false;
      cloud.onAnswer(/^POST .*stop 200$/, () => (isDue = true));
      cloud.onAnswer(/^POST .*lease 201$/, () => {
        for (const machine of cloud.standing()) if (isDue) machine.lease = undefined;
        isDue = false;
      });
    },
    ...{ ends: "succeeded", attempts: 0 },
  },
  {
    it: "leaves the machine alone where another takes it after its own was lost",
    trouble({ cloud }) {
      cloud.onAnswer(/^POST .*lease 201$/, () => leaseFor(24 * 60 * 60)({ cloud }));
    },
    ends: [/someone else holds its lease/],
  },
];

const lists: FaultCase[] = [
  {
    it: "is not misled by one empty list",
    ...{ faults: [{ kind: "empty-list", times: 1 }], ends: "succeeded" },
  },
  {
    it: "looks at the machine itself where lists are empty for ever",
    ...{ faults: [{ kind: "empty-list" }], ends: "succeeded" },
  },
  {
    it: "waits for lists that are a minute behind",
    ...{ faults: [{ kind: "list-lag", ms: 60_000 }], ends: "succeeded" },
  },
];

const machines: FaultCase[] = [
  { it: "stops slowly is waited for", named: "-slow-stop", ends: "succeeded" },
  {
    it: "takes longer to stop than anyone waits is destroyed all the same",
    ...{ faults: [{ kind: "slow-stop", ms: 600_000 }], ends: "succeeded" },
  },
  {
    it: "is on a host that is down keeps its work: the destroy says what force would cost",
    trouble: ({ cloud }) => cloud.hostDown(),
    ends: [/its work could not be saved.*destroy it with force, which loses work/],
  },
  {
    it: "is on a host that is down goes by force once the host is back",
    ...{ trouble: ({ cloud }) => cloud.hostDown(), force: true },
    ends: [/Cannot see machine "\w+" become destroyed: Fly did not finish in time/],
  },
  {
    it: "is on a host that goes down once its work is saved waits for the host",
    trouble: ({ cloud }) => cloud.onAnswer(/^POST .*stop 200$/, () => cloud.hostDown()),
    ends: [/Cannot see machine "\w+" become destroyed/],
  },
  {
    it: "was destroyed by hand is gone, which is success",
    ...{ ends: "succeeded", loses: true },
    async trouble({ cloud }) {
      await cloud.byHand("DELETE", "");
      await pass(2000);
    },
  },
  {
    it: "was stopped by hand is started, and its work saved",
    ...{ trouble: ({ cloud }) => cloud.byHand("POST", "stop"), ends: "succeeded" },
  },
  {
    it: "was suspended by hand is started, and its work saved",
    ...{ trouble: ({ cloud }) => cloud.byHand("POST", "suspend"), ends: "succeeded" },
  },
  {
    it: "is destroyed by hand in the middle of its destroy is gone",
    trouble: ({ cloud }) =>
      cloud.onAnswer(/^DELETE .*lease 200$/, () => void cloud.byHand("DELETE", "")),
    ends: "succeeded",
  },
];

const connections: FaultCase[] = ["stop-agent", "unsaved", "bundle", "fetch", "push"].map(
  (dropsIn) => ({ it: `in "${dropsIn}"`, dropsIn, ends: "succeeded" as const }),
);

const access: FaultCase[] = [
  {
    it: "fails at once and names the setting where the token was revoked",
    trouble: ({ cloud }) => cloud.simulator.world.tokens.clear(),
    ends: [/Fly does not accept the token\. Put a valid one into FLY_API_TOKEN/],
  },
  {
    it: "fails at once where the token is revoked right before the machine goes",
    trouble: ({ cloud }) =>
      cloud.onAnswer(/^POST .*stop 200$/, () => cloud.simulator.world.tokens.clear()),
    ends: [/FLY_API_TOKEN/],
  },
  {
    it: "fails where the app is not there: its machines are not taken for gone",
    faults: [{ kind: "answer", status: 404, text: "not_found: app fleet not found" }],
    ends: [/there is no such app\. Put the right one into FLY_APP/],
  },
];

describe("a destroy, whatever Fly answers,", () => {
  it.each(answers)("$it", async (fault) => {
    expect(await destroyUnder(fault)).toEqual([]);
  });
});

describe("a destroy whose machine is leased by another", () => {
  it.each(leases)("$it", async (fault) => {
    expect(await destroyUnder(fault)).toEqual([]);
  });
});

describe("a destroy whose lists are wrong", () => {
  it.each(lists)("$it", async (fault) => {
    expect(await destroyUnder(fault)).toEqual([]);
  });
});

describe("a destroy of a machine that", () => {
  it.each(machines)("$it", async (fault) => {
    expect(await destroyUnder(fault)).toEqual([]);
  });
});

describe("a destroy saves the work and goes on where connections drop", () => {
  it.each(connections)("$it", async (fault) => {
    expect(await destroyUnder(fault)).toEqual([]);
  });
});

describe("a destroy without the right to", () => {
  it.each(access)("$it", async (fault) => {
    expect(await destroyUnder(fault)).toEqual([]);
  });
});
