import { describe, expect, it } from "vitest";
import type { SlackUser } from "../../src/core/person.ts";
import { callers, minute, refusalOf, startRig } from "./rig.ts";

const { ann, ada, vera } = callers;

function account(patch: Partial<SlackUser> = {}): SlackUser {
  return { teamId: "T1", userId: "U1", name: "Nora", role: "viewer", ...patch };
}

const personIdOf = (caller: { actor: object }): string =>
  "personId" in caller.actor ? String(caller.actor.personId) : "";

describe("a Slack account", () => {
  it("is made a person at first sight, once, also when two messages come at the same time", async () => {
    const { fleet } = await startRig();
    const met = await Promise.all([1, 2, 3].map(() => fleet.slackPeople.identify(account())));
    expect(new Set(met.map(personIdOf)).size).toBe(1);
    expect(met[0]).toMatchObject({ role: "viewer", front: "slack" });
    const named = (await fleet.listPeople(ada)).filter(({ name }) => name === "Nora");
    expect(named).toMatchObject([{ slack: { teamId: "T1", userId: "U1" }, roleFrom: "slack" }]);
  });

  it("is the same person after a restart, and another in another workspace", async () => {
    const rig = await startRig();
    const before = await rig.fleet.slackPeople.identify(account());
    const { fleet } = await rig.restart();
    expect(await fleet.slackPeople.identify(account())).toEqual(before);
    const elsewhere = await fleet.slackPeople.identify(account({ teamId: "T2" }));
    expect(personIdOf(elsewhere)).not.toBe(personIdOf(before));
  });

  it("never takes the name of someone who is known already", async () => {
    const { fleet } = await startRig();
    const impostor = await fleet.slackPeople.identify(account({ name: "ada" }));
    expect(fleet.slackPeople.nameOf(personIdOf(impostor))).toBe("ada (U1)");
    const unnamed = await fleet.slackPeople.identify(account({ userId: "U2", name: "\u202e \n" }));
    expect(fleet.slackPeople.nameOf(personIdOf(unnamed))).toBe("(U2)");
  });

  it("has the role that Slack's settings give it, up and down, and so have its tokens", async () => {
    const { fleet } = await startRig();
    const nora = await fleet.slackPeople.identify(account({ role: "operator" }));
    const { secret } = await fleet.createToken(nora, { kind: "agent", label: "x" });
    expect((await fleet.authenticate(secret, "mcp")).role).toBe("operator");
    expect((await fleet.slackPeople.identify(account())).role).toBe("viewer");
    expect((await fleet.authenticate(secret, "mcp")).role).toBe("viewer");
  });

  it("keeps a role that an admin gave its person", async () => {
    const { fleet } = await startRig();
    const nora = await fleet.slackPeople.identify(account());
    await fleet.setRole(ada, { person: personIdOf(nora), role: "operator" });
    expect((await fleet.slackPeople.identify(account())).role).toBe("operator");
    expect((await fleet.slackPeople.identify(account({ role: "admin" }))).role).toBe("admin");
  });
});

describe("a link code", () => {
  it("makes what my agent made over MCP mine in Slack", async () => {
    const rig = await startRig();
    const made = await rig.provision(callers.agent);
    const { code } = await rig.fleet.createLinkCode(ann);
    const caller = await rig.fleet.slackPeople.claim(account(), ` ${code.toUpperCase()} `);
    expect(caller).toMatchObject({ actor: { kind: "person", personId: "ann" }, role: "operator" });
    expect(await rig.fleet.slackPeople.identify(account())).toEqual(caller);
    const { items } = await rig.fleet.listThopters(caller, { mine: true });
    expect(items.map(({ id }) => id)).toEqual([made.id]);
    expect(rig.fleet.slackPeople.accountOf("ann")).toEqual({ teamId: "T1", userId: "U1" });
    expect(await rig.auditLines()).toContain("person:ann person.link accepted");
  });

  it("works once", async () => {
    const { fleet } = await startRig();
    const { code } = await fleet.createLinkCode(ann);
    await fleet.slackPeople.claim(account(), code);
    const again = fleet.slackPeople.claim(account({ userId: "U2" }), code);
    expect(await refusalOf(again)).toMatch(/^not_found: .*wrong, used or expired/);
  });

  it("links one account when two claim it at once", async () => {
    const { fleet } = await startRig();
    const { code } = await fleet.createLinkCode(ann);
    const claims = ["U1", "U2"].map((userId) =>
      fleet.slackPeople.claim(account({ userId }), code).then(
        () => "linked",
        () => "refused",
      ),
    );
    expect((await Promise.all(claims)).toSorted()).toEqual(["linked", "refused"]);
  });

  it("expires", async () => {
    const { fleet, clock } = await startRig();
    const { code, expiresAt } = await fleet.createLinkCode(ann);
    expect(expiresAt).toBe(clock.now() + 10 * minute);
    await clock.advance(10 * minute);
    expect(await refusalOf(fleet.slackPeople.claim(account(), code))).toMatch(/^not_found/);
  });

  it("cannot be guessed: after five wrong ones even the right one is refused for a while", async () => {
    const { fleet, clock } = await startRig();
    for (const wrong of ["", "1", "2", "3", "4"]) {
      expect(await refusalOf(fleet.slackPeople.claim(account(), wrong))).toMatch(/^not_found/);
    }
    const right = await fleet.createLinkCode(ann);
    expect(await refusalOf(fleet.slackPeople.claim(account(), right.code))).toMatch(
      /^forbidden: .*too many wrong/,
    );
    await clock.advance(10 * minute);
    const { code } = await fleet.createLinkCode(ann);
    await expect(fleet.slackPeople.claim(account(), code)).resolves.toBeDefined();
  });

  it("is not made by a token that may do less than its person", async () => {
    const { fleet } = await startRig();
    const lesser = [callers.annReading, callers.agent, { ...ann, role: "viewer" as const }];
    for (const caller of lesser) {
      expect(await refusalOf(fleet.createLinkCode(caller))).toMatch(/^forbidden/);
    }
  });

  it("takes the account from the person it was at first sight, unless that one has thopters", async () => {
    const rig = await startRig();
    const nora = await rig.fleet.slackPeople.identify(account({ role: "operator" }));
    const made = await rig.provision(nora);
    const claim = async (): Promise<unknown> => {
      const { code } = await rig.fleet.createLinkCode(vera);
      return rig.fleet.slackPeople.claim(account({ role: "operator" }), code);
    };
    expect(await refusalOf(claim())).toMatch(/^conflict: .*has 1 of the thopters/);
    await rig.fleet.destroy(nora, { thopters: [made.id], reason: "x" });
    await expect.poll(() => rig.thopter(made.id)).toMatchObject({ status: "gone" });
    expect(await claim()).toMatchObject({ actor: { personId: "vera" }, role: "operator" });
    const { roleFrom, slack, role } = (await rig.fleet.listPeople(ada)).find(
      ({ id }) => id === personIdOf(nora),
    ) ?? { role: "admin" };
    expect({ roleFrom, slack, role }).toEqual({
      roleFrom: undefined,
      slack: undefined,
      role: "viewer",
    });
  });

  it("does not move a person to a second account", async () => {
    const { fleet } = await startRig();
    const link = async (userId: string): Promise<unknown> => {
      const { code } = await fleet.createLinkCode(ann);
      return fleet.slackPeople.claim(account({ userId }), code);
    };
    await link("U1");
    expect(await refusalOf(link("U2"))).toMatch(/^conflict: .*another Slack account already/);
    await expect(link("U1")).resolves.toBeDefined();
  });
});

describe("the first code", () => {
  it("makes who claims it the first admin, until one is linked", async () => {
    const rig = await startRig();
    const { slackPeople } = rig.fleet;
    const code = slackPeople.createFirstCode() ?? "";
    // Whoever types the command is met first.
    await slackPeople.identify(account());
    await rig.clock.advance(24 * 60 * minute);
    const caller = await slackPeople.claim(account(), code);
    expect(caller).toMatchObject({ role: "admin" });
    // Whoever runs the hub had the name of an account of its machine.
    expect(slackPeople.nameOf(personIdOf(caller))).toBe("Nora");
    expect(slackPeople.createFirstCode()).toBeUndefined();
    const { fleet } = await rig.restart();
    expect(fleet.slackPeople.createFirstCode()).toBeUndefined();
  });
});

describe("a role", () => {
  it("is given by an admin, by name or id", async () => {
    const { fleet } = await startRig();
    expect(await fleet.setRole(ada, { person: "vera", role: "operator" })).toMatchObject({
      role: "operator",
    });
    expect(await refusalOf(fleet.setRole(ada, { person: "nobody", role: "viewer" }))).toMatch(
      /^not_found: .*"nobody"\. There are: .*vera/,
    );
  });

  it("is not taken from the last admin", async () => {
    const { fleet } = await startRig();
    await fleet.setRole(ada, { person: "abe", role: "viewer" });
    expect(await refusalOf(fleet.setRole(ada, { person: "ada", role: "operator" }))).toMatch(
      /^conflict: .*nobody else is an admin/,
    );
    await expect(fleet.setRole(ada, { person: "ada", role: "admin" })).resolves.toBeDefined();
  });
});
