import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import { callers, minute, refusalOf, startRig } from "./rig.ts";

const { ann, ada, agent } = callers;
const unknown =
  /^unauthenticated: Cannot tell who you are: the token is unknown, revoked or expired/;

describe("a token", () => {
  it("stands for its person, through the front it came by", async () => {
    const { fleet } = await startRig();
    const made = await fleet.createToken(ann, { kind: "person", label: "laptop" });
    expect(await fleet.authenticate(made.secret, "cli")).toEqual({
      actor: { kind: "person", personId: "ann", tokenId: made.token.id },
      role: "operator",
      front: "cli",
      readOnly: false,
      toolsets: [],
    });
  });

  it("of an agent acts for the person who made it", async () => {
    const { fleet } = await startRig();
    const { secret } = await fleet.createToken(ann, {
      kind: "agent",
      label: "claude",
      readOnly: true,
      toolsets: ["run"],
    });
    expect(await fleet.authenticate(secret, "mcp")).toMatchObject({
      actor: { kind: "agent", personId: "ann" },
      readOnly: true,
      toolsets: ["run"],
    });
  });

  it("is kept as a hash, and its secret is shown once", async () => {
    const { fleet, store } = await startRig();
    const { secret, token } = await fleet.createToken(ann, { kind: "person", label: "laptop" });
    expect(secret).toMatch(/^thp_person_/);
    const kinds = ["token", "audit", "person"] as const;
    const records = await Promise.all(kinds.map((kind) => store.list(kind)));
    expect(JSON.stringify(records)).not.toContain(secret);
    expect((await store.get("token", token.id))?.hash).toMatch(/^[0-9a-f]{64}$/);
    const listed = JSON.stringify(await fleet.listTokens(ann));
    expect(listed).not.toContain(secret);
    expect(listed).not.toContain("hash");
  });

  it("that is wrong by a letter, cut short or empty tells nobody", async () => {
    const { fleet } = await startRig();
    const { secret } = await fleet.createToken(ann, { kind: "person", label: "laptop" });
    for (const wrong of [`${secret}x`, secret.slice(0, -1), secret.toUpperCase(), ""]) {
      expect(await refusalOf(fleet.authenticate(wrong, "cli"))).toMatch(unknown);
    }
  });

  it("ends at its time", async () => {
    const { fleet, clock } = await startRig();
    const request = { kind: "person", label: "laptop", expiresInMs: minute } as const;
    const { secret } = await fleet.createToken(ann, request);
    await clock.advance(minute - 1);
    await expect(fleet.authenticate(secret, "cli")).resolves.toBeDefined();
    await clock.advance(1);
    expect(await refusalOf(fleet.authenticate(secret, "cli"))).toMatch(unknown);
  });

  it("is worthless once it is revoked, after a restart too", async () => {
    const rig = await startRig();
    const { secret, token } = await rig.fleet.createToken(ann, { kind: "agent", label: "claude" });
    expect((await rig.fleet.revokeToken(ann, token.id)).revokedAt).toBe(rig.clock.now());
    expect(await refusalOf(rig.fleet.authenticate(secret, "mcp"))).toMatch(unknown);
    const { fleet } = await rig.restart();
    expect(await refusalOf(fleet.authenticate(secret, "mcp"))).toMatch(unknown);
    expect((await fleet.revokeToken(ann, token.id)).revokedAt).toBe(rig.clock.now());
  });

  it("gives no more than its person has, nor than its maker", async () => {
    const { fleet } = await startRig();
    const roleOf = async (caller: Caller, request: object): Promise<string> => {
      const { secret } = await fleet.createToken(caller, {
        kind: "person",
        label: "x",
        ...request,
      });
      return (await fleet.authenticate(secret, "cli")).role;
    };
    expect(await roleOf(ann, { role: "admin" })).toBe("operator");
    expect(await roleOf(ann, { role: "viewer" })).toBe("viewer");
    expect(await roleOf(ada, {})).toBe("admin");
    expect(await roleOf({ ...ada, role: "operator" }, { role: "admin" })).toBe("operator");
    expect(await roleOf(ada, { person: "ann", role: "admin" })).toBe("operator");
    expect(await roleOf(ada, { person: "vera" })).toBe("viewer");
  });

  it("gives less from the moment its person has less", async () => {
    const { fleet, store } = await startRig();
    const { secret } = await fleet.createToken(ada, { kind: "person", label: "x" });
    const before = await store.get("person", "ada");
    if (before === undefined) throw new Error("no ada");
    await store.commit([{ kind: "person", record: { ...before, version: 2, role: "viewer" } }]);
    expect((await fleet.authenticate(secret, "cli")).role).toBe("viewer");
  });

  it("for someone new makes them; only admins may", async () => {
    const { fleet } = await startRig();
    const request = { kind: "person", label: "x", person: "Nora", role: "admin" } as const;
    expect(await refusalOf(fleet.createToken(ann, request))).toMatch(/^forbidden/);
    expect(await refusalOf(fleet.createToken(ann, { ...request, person: "ben" }))).toMatch(
      /^forbidden/,
    );
    const { secret } = await fleet.createToken(ada, request);
    const caller = await fleet.authenticate(secret, "cli");
    expect(await fleet.whoAmI(caller)).toMatchObject({ person: { name: "Nora", role: "admin" } });
    const again = await fleet.createToken(ada, { ...request, label: "y" });
    expect(again.token.personId).toBe((await fleet.whoAmI(caller)).person?.id);
  });

  it("is never made, listed or revoked by an agent", async () => {
    const { fleet } = await startRig();
    const { token } = await fleet.createToken(ann, { kind: "person", label: "x" });
    for (const caller of [agent, callers.adminAgent]) {
      for (const call of [
        fleet.createToken(caller, { kind: "person", label: "x" }),
        fleet.createToken(caller, { kind: "agent", label: "x" }),
        fleet.listTokens(caller),
        fleet.revokeToken(caller, token.id),
      ]) {
        expect(await refusalOf(call)).toMatch(/^forbidden: .*only a person may/);
      }
    }
  });

  it("of another person is an admin's to see and to revoke", async () => {
    const { fleet } = await startRig();
    const { token } = await fleet.createToken(ann, { kind: "person", label: "x" });
    expect(await fleet.listTokens(callers.ben)).toEqual([]);
    expect(await refusalOf(fleet.revokeToken(callers.ben, token.id))).toMatch(/^forbidden/);
    expect(await fleet.listTokens(ada)).toHaveLength(1);
    await expect(fleet.revokeToken(ada, token.id)).resolves.toMatchObject({ personName: "ann" });
    expect(await refusalOf(fleet.revokeToken(ada, "none"))).toMatch(/^not_found/);
  });

  it("is refused an end that is none, and a name that hides something", async () => {
    const { fleet } = await startRig();
    const make = (request: object): Promise<string> =>
      refusalOf(fleet.createToken(ada, { kind: "agent", label: "x", ...request }));
    for (const expiresInMs of [0, -1, Number.NaN, Infinity]) {
      expect(await make({ expiresInMs })).toMatch(/^invalid/);
    }
    for (const label of ["", " ", "a\nb", "\u001b[2Jx", "x\u202e", "x".repeat(101)]) {
      expect(await make({ label })).toMatch(/^invalid/);
      expect(await make({ person: label })).toMatch(/^invalid/);
    }
  });
});
