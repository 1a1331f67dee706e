import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import type { Actor, Caller } from "../../src/core/actor.ts";
import { personOf, roles } from "../../src/core/actor.ts";
import type { Plan, PlanItem, Unsaved } from "../../src/core/plan.ts";
import { judgeDestroy, mayDecide } from "../../src/core/policy.ts";
import type { PolicyVerdict } from "../../src/core/policy.ts";

const ann: Actor = { kind: "person", personId: "ann" };
const agentOfAnn: Actor = { kind: "agent", personId: "ann", tokenId: "t-ann" };
const hub: Actor = { kind: "system", name: "time-to-live" };
const facts = { recentDestroys: 0, agentDestroyLimit: 5 };

const clean: Unsaved = { state: "no", commits: 0, files: 0 };
const dirty: Unsaved = { state: "yes", commits: 2, files: 1 };
const unknown: Unsaved = { state: "unknown", commits: 0, files: 0 };

function item(patch: Partial<PlanItem> = {}): PlanItem {
  return {
    thopterId: "t-1",
    name: "calm-otter",
    ownerId: "ann",
    ownerName: "Ann",
    provider: "local",
    status: "ready",
    ageMs: 1,
    unsaved: clean,
    lineage: true,
    ...patch,
  };
}

function plan(items: PlanItem[], force = false): Plan {
  return { items, force, reason: "done", madeAt: 1 };
}

function caller(actor: Actor, patch: Partial<Caller> = {}): Caller {
  return { actor, role: "operator", front: "cli", ...patch };
}

const bens = item({ thopterId: "t-2", name: "bold-finch", ownerId: "ben", lineage: false });
const carls = item({ thopterId: "t-3", name: "cold-crane", ownerId: "carl", lineage: false });

const plans = {
  "an own clean one": plan([item()]),
  "several own clean ones": plan([item(), item({ thopterId: "t-9" })]),
  "an own one with unsaved work": plan([item({ unsaved: dirty })]),
  "an own one nobody could look into": plan([item({ unsaved: unknown })]),
  "an own one by force": plan([item()], true),
  "a foreign one": plan([bens]),
  "an own and a foreign one": plan([item(), bens]),
  "those of two others": plan([bens, carls]),
  "six own clean ones": plan(Array.from({ length: 6 }, (_, n) => item({ thopterId: `t-${n}` }))),
  nothing: plan([]),
} as const;

type PlanName = keyof typeof plans;

/** `ask` with who decides; `(asker)` where the asker's own yes is enough. */
function short(verdict: PolicyVerdict): string {
  if (verdict.answer !== "ask") return verdict.answer;
  const who = verdict.deciders.length === 0 ? "admin" : verdict.deciders.join("+");
  return `ask ${who}${verdict.askerMayDecide ? " (asker)" : ""}`;
}

const forPersons: Record<PlanName, string> = {
  "an own clean one": "allow",
  "several own clean ones": "ask ann (asker)",
  "an own one with unsaved work": "ask ann (asker)",
  "an own one nobody could look into": "ask ann (asker)",
  "an own one by force": "ask ann (asker)",
  "a foreign one": "ask ben",
  "an own and a foreign one": "ask ben",
  "those of two others": "ask admin",
  "six own clean ones": "ask ann (asker)",
  nothing: "deny",
};

const forAgents: Record<PlanName, string> = {
  "an own clean one": "allow",
  "several own clean ones": "allow",
  "an own one with unsaved work": "ask ann",
  "an own one nobody could look into": "ask ann",
  "an own one by force": "ask ann",
  "a foreign one": "deny",
  "an own and a foreign one": "deny",
  "those of two others": "deny",
  "six own clean ones": "ask ann",
  nothing: "deny",
};

describe("the answer to a destroy", () => {
  // The table's keys are those of `plans`.
  for (const name of Object.keys(plans) as PlanName[]) {
    it(`${name}: persons, agents, lookers and the hub`, () => {
      const answer = (who: Caller): string => short(judgeDestroy(plans[name], who, facts));
      expect(answer(caller(ann))).toBe(forPersons[name]);
      expect(answer(caller(ann, { role: "admin" }))).toBe(forPersons[name]);
      expect(answer(caller(agentOfAnn))).toBe(forAgents[name]);
      expect(answer(caller(agentOfAnn, { role: "admin" }))).toBe(forAgents[name]);
      for (const actor of [ann, agentOfAnn]) {
        expect(answer(caller(actor, { role: "viewer" }))).toBe("deny");
        expect(answer(caller(actor, { role: "admin", readOnly: true }))).toBe("deny");
      }
      expect(answer(caller(hub))).toBe("allow");
    });
  }

  it("names what it is about, and at most five of them", () => {
    const many = Array.from({ length: 7 }, (_, n) => ({ ...bens, name: `bird-${n}` }));
    expect(judgeDestroy(plan(many), caller(ann), facts).why).toBe(
      "bird-0, bird-1, bird-2, bird-3, bird-4 and 2 more belong to someone else",
    );
    expect(judgeDestroy(plan([item({ unsaved: dirty })]), caller(ann), facts).why).toBe(
      "calm-otter has unsaved work",
    );
  });
});

describe("the limit of an agent", () => {
  const one = plan([item()]);
  const agent = caller(agentOfAnn);

  it("counts what its token destroyed lately together with what it asks for", () => {
    const after = (recentDestroys: number): string =>
      short(judgeDestroy(one, agent, { recentDestroys, agentDestroyLimit: 5 }));
    expect([0, 4, 5, 6].map(after)).toEqual(["allow", "allow", "ask ann", "ask ann"]);
  });

  it("of none asks for each, and one that is no number as well", () => {
    for (const agentDestroyLimit of [0, Number.NaN]) {
      expect(judgeDestroy(one, agent, { recentDestroys: 0, agentDestroyLimit }).answer).toBe("ask");
    }
    const uncounted = { recentDestroys: Number.NaN, agentDestroyLimit: 5 };
    expect(judgeDestroy(one, agent, uncounted).answer).toBe("ask");
  });

  it("does not bind a person", () => {
    expect(
      judgeDestroy(one, caller(ann), { recentDestroys: 99, agentDestroyLimit: 0 }).answer,
    ).toBe("allow");
  });

  it("never reaches what another person's thopter became of its lineage", () => {
    const strayed = plan([item({ ownerId: "ben" })]);
    expect(judgeDestroy(strayed, agent, facts).answer).toBe("deny");
  });
});

describe("who may decide", () => {
  const asked = (requestedBy: Actor, deciders: string[], askerMayDecide: boolean) => ({
    requestedBy,
    deciders,
    askerMayDecide,
  });
  const ben: Actor = { kind: "person", personId: "ben" };

  it("is who is named or an admin", () => {
    const approval = asked(agentOfAnn, ["ann"], false);
    expect(mayDecide(caller(ann), approval)).toBe(true);
    expect(mayDecide(caller(ben), approval)).toBe(false);
    expect(mayDecide(caller(ben, { role: "admin" }), approval)).toBe(true);
  });

  it("is never the asker alone for another's, not even an admin", () => {
    const approval = asked(ann, ["ben"], false);
    expect(mayDecide(caller(ann), approval)).toBe(false);
    expect(mayDecide(caller(ann, { role: "admin" }), approval)).toBe(false);
    expect(mayDecide(caller(ben), approval)).toBe(true);
  });

  it("is the asker for their own", () => {
    expect(mayDecide(caller(ann), asked(ann, ["ann"], true))).toBe(true);
  });

  it("is nobody who may only look", () => {
    const approval = asked(agentOfAnn, ["ann"], false);
    expect(mayDecide(caller(ann, { role: "viewer" }), approval)).toBe(false);
    expect(mayDecide(caller(ann, { role: "admin", readOnly: true }), approval)).toBe(false);
  });
});

const anyActor = fc.oneof(
  fc.record({ kind: fc.constant("person" as const), personId: fc.constantFrom("ann", "ben") }),
  fc.record({
    kind: fc.constant("agent" as const),
    personId: fc.constantFrom("ann", "ben"),
    tokenId: fc.constantFrom("t-1", "t-2"),
  }),
);
const anyCaller = fc.record({
  actor: anyActor,
  role: fc.constantFrom(...roles),
  front: fc.constant("mcp" as const),
  readOnly: fc.boolean(),
});
const anyItem = fc.record({
  ownerId: fc.constantFrom("ann", "ben", "carl"),
  lineage: fc.boolean(),
  unsaved: fc.constantFrom(clean, dirty, unknown),
});
const anyPlan = fc
  .tuple(fc.array(anyItem, { maxLength: 8 }), fc.boolean())
  .map(([items, force]) => plan(items.map(item), force));
const anyFacts = fc.record({
  recentDestroys: fc.oneof(fc.nat(20), fc.constant(Number.NaN)),
  agentDestroyLimit: fc.nat(10),
});

describe("whatever is asked", () => {
  it("no agent ever decides", () => {
    const agents = anyCaller.filter(({ actor }) => actor.kind === "agent");
    const approvals = fc.record({
      requestedBy: anyActor,
      deciders: fc.subarray(["ann", "ben", "t-1", "t-2"]),
      askerMayDecide: fc.boolean(),
    });
    fc.assert(
      fc.property(agents, approvals, (agent, approval) => {
        expect(mayDecide(agent, approval)).toBe(false);
      }),
    );
  });

  it("only what is one's own, saved and not forced is allowed outright", () => {
    fc.assert(
      fc.property(anyPlan, anyCaller, anyFacts, (asked, who, about) => {
        if (judgeDestroy(asked, who, about).answer !== "allow") return;
        expect(who.readOnly || who.role === "viewer").toBe(false);
        expect(asked.force).toBe(false);
        expect(asked.items.length).toBeGreaterThan(0);
        for (const one of asked.items) {
          expect(one.ownerId).toBe(personOf(who.actor));
          expect(one.unsaved.state).toBe("no");
          expect(who.actor.kind === "person" || one.lineage).toBe(true);
        }
        const most = who.actor.kind === "person" ? 1 : about.agentDestroyLimit;
        expect(asked.items.length).toBeLessThanOrEqual(most);
      }),
      { numRuns: 2000 },
    );
  });

  it("whoever asks for another's thopter cannot say yes to it themselves", () => {
    fc.assert(
      fc.property(anyPlan, anyCaller, anyFacts, (asked, who, about) => {
        const verdict = judgeDestroy(asked, who, about);
        const foreign = asked.items.some(({ ownerId }) => ownerId !== personOf(who.actor));
        if (verdict.answer !== "ask" || !foreign) return;
        expect(mayDecide(who, { requestedBy: who.actor, ...verdict })).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
