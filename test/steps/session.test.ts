import { describe, expect, it } from "vitest";
import { cloneOf, createSessions } from "../../src/steps/session.ts";
import { makeThopter } from "./hub.ts";
import { createWorld, portsInto } from "./world.ts";

const never = new AbortController().signal;

async function setting() {
  const world = createWorld();
  const { providers } = portsInto(world);
  const tags = { hub: "hub-1", thopter: "t-1", operation: "op-1" };
  const { id } = await providers["local"]!.create({ name: "thopter-x", tags }, never);
  return { world, sessions: createSessions({ providers }), machineId: id };
}

describe("a session", () => {
  it.each([
    ["https://example.com/ann/gate.git", "gate"],
    ["https://example.com/ann/gate/", "gate"],
    ["git@example.com:ann/gate", "gate"],
    ["git@example.com:gate.git", "gate"],
    ["/srv/git/gate.git", "gate"],
    ["https://example.com/ann/..", "repository"],
    ["https://example.com/ann/.git", "repository"],
    ["https://example.com/ann/.ssh", "ssh"],
    ["https://example.com/ann/task.md", "repository"],
    ["https://example.com/ann/a b;c", "a-b-c"],
  ])("has the clone of %s in its home as %s", async (repository, name) => {
    const { sessions, machineId } = await setting();
    const session = await sessions.open(makeThopter({ repository, machineId }), never);
    expect(session.repositoryPath).toBe(`/m-1/home/${name}`);
    await session.shell.close();
  });

  it("tells git what the hub recorded, and keeps git's files beside the clone", async () => {
    const { sessions, machineId } = await setting();
    const thopter = makeThopter({ machineId, baseCommit: "abc" });
    await sessions.use(thopter, never, async (session) => {
      expect(cloneOf(session, thopter)).toMatchObject({
        path: "/m-1/home/gate",
        scratch: "/m-1/home/.thopter/git",
        repository: thopter.repository,
        baseCommit: "abc",
      });
    });
  });

  it("is closed after its use, however that ends", async () => {
    const { world, sessions, machineId } = await setting();
    const use = sessions.use(makeThopter({ machineId }), never, async () => {
      expect(world.openShells).toBe(1);
      throw new Error("it broke");
    });
    await expect(use).rejects.toThrow("it broke");
    expect(world.openShells).toBe(0);
  });

  it("with a thopter that has no machine is refused", async () => {
    const { sessions } = await setting();
    await expect(sessions.open(makeThopter(), never)).rejects.toThrow("it has no machine");
    const elsewhere = makeThopter({ provider: "elsewhere", machineId: "m-1" });
    await expect(sessions.open(elsewhere, never)).rejects.toThrow('no provider "elsewhere"');
  });
});
