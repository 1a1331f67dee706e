import { describe, expect, it } from "vitest";
import type { Actor, Caller } from "../../src/core/actor.ts";
import { isOwn, requireOwn, requirePerson, requireRole } from "../../src/core/permission.ts";

const ann: Actor = { kind: "person", personId: "ann" };
const agent: Actor = { kind: "agent", personId: "ann", tokenId: "t-1" };
const hub: Actor = { kind: "system", name: "cleanup" };

function caller(actor: Actor, patch: Partial<Caller> = {}): Caller {
  return { actor, role: "operator", front: "cli", ...patch };
}

const anns = { name: "calm-otter", ownerId: "ann", createdBy: ann };
const agents = { ...anns, createdBy: agent };
const bens = { ...anns, ownerId: "ben", createdBy: { kind: "person", personId: "ben" } as Actor };

describe("a role", () => {
  it("holds the lower ones", () => {
    const allowed = (role: Caller["role"], needed: Caller["role"]): boolean =>
      !throws(() => requireRole(caller(ann, { role }), needed, "do it"));
    expect(allowed("viewer", "viewer")).toBe(true);
    expect(allowed("viewer", "operator")).toBe(false);
    expect(allowed("operator", "operator")).toBe(true);
    expect(allowed("operator", "admin")).toBe(false);
    expect(allowed("admin", "operator")).toBe(true);
  });

  it("says what is needed and what to do", () => {
    expect(() => requireRole(caller(ann), "admin", "pause the lanes")).toThrow(
      'Cannot pause the lanes: it needs the role "admin" and yours is "operator". Ask an admin.',
    );
  });

  it("is worth no more than a look with a read-only token", () => {
    const reader = caller(ann, { role: "admin", readOnly: true });
    expect(() => requireRole(reader, "viewer", "look")).not.toThrow();
    expect(() => requireRole(reader, "operator", "do it")).toThrow("read-only");
    expect(() => requireRole(reader, "admin", "do it")).toThrow("read-only");
  });

  it("does not bind the hub itself", () => {
    expect(() => requireRole(caller(hub, { role: "viewer" }), "admin", "do it")).not.toThrow();
  });
});

describe("what is for persons", () => {
  it("is refused to agents and to the hub", () => {
    expect(requirePerson(caller(ann), "decide")).toBe("ann");
    expect(() => requirePerson(caller(agent, { role: "admin" }), "decide")).toThrow(
      "only a person",
    );
    expect(() => requirePerson(caller(hub), "decide")).toThrow("only a person");
  });
});

describe("a thopter is one's own", () => {
  it("by its owner for a person, by the token that made it for an agent", () => {
    expect(isOwn(caller(ann), anns)).toBe(true);
    expect(isOwn(caller(ann), agents)).toBe(true);
    expect(isOwn(caller(ann), bens)).toBe(false);
    expect(isOwn(caller(agent), agents)).toBe(true);
    expect(isOwn(caller(agent), anns)).toBe(false);
    expect(isOwn(caller({ ...agent, tokenId: "t-2" }), agents)).toBe(false);
    expect(isOwn(caller(hub), anns)).toBe(false);
  });

  it("or else for an admin who is a person", () => {
    const may = (who: Caller): boolean => !throws(() => requireOwn(who, bens, "read"));
    expect(may(caller(ann))).toBe(false);
    expect(may(caller(ann, { role: "admin" }))).toBe(true);
    expect(may(caller(agent, { role: "admin" }))).toBe(false);
    expect(may(caller(hub))).toBe(true);
  });
});

function throws(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}
