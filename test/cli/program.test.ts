import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { jsonOf, run } from "./run.ts";
import { openTerminal } from "./terminal-session.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 180_000 });

const kept = { name: "GATE_TOKEN", value: "a-value-of-no-known-shape-6d2e" };

it("templates, identities and repositories are kept by the program itself", async () => {
  const hub = await startHub({ secrets: [kept.value] });
  mkdirSync(join(hub.data, "templates"));
  writeFileSync(join(hub.data, "templates", "bugfix.md"), "Mend: {{ task }}");
  const env = { THOPTER_DATA_DIR: hub.data, [kept.name]: kept.value };
  const says = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(env, ...args);
    expect(code, stderr).toBe(0);
    return stdout;
  };

  expect(await says("template", "show", "bugfix")).toBe("Mend: {{ task }}\n");
  expect(await says("template", "render", "bugfix", "--task", "the gate")).toBe("Mend: the gate\n");

  expect(await says("identity", "create", "mine", "--secret", kept.name)).toMatch(/^name +mine$/m);
  expect(await says("identity", "default", "mine")).toBe("mine\n");
  expect(await says("identity", "list")).toMatch(/^mine\tyou\tno\tno\tGATE_TOKEN\tyours\t/m);
  expect(await says("identity", "check", "mine")).toMatch(/^logins +GATE_TOKEN: kept for /m);
  expect(await says("identity", "delete", "mine", "--yes")).toContain("is gone");
  expect(await run(env, "identity", "show", "mine")).toMatchObject({ code: 5, stdout: "" });

  await says("repository", "env", "owner/gate", kept.name, "--from-env");
  expect(await says("repository", "trust", "owner/gate")).toMatch(/^setup +may run$/m);
  expect(await says("repository", "list")).toMatch(/^owner\/gate\tGATE_TOKEN\tmay run\t/m);
  expect(await says("repository", "distrust", "owner/gate")).toMatch(/^setup +may run by the/m);
  await says("repository", "delete", "owner/gate");
  expect(await run(env, "repository", "show", "owner/gate")).toMatchObject({ code: 5 });

  expect(await says("login", "status")).toContain(`Linked to ${hub.url} as `);
  await hub.end();
});

it("those of the asker's that have rested for a time are planned for, and stay", async () => {
  const hub = await startHub();
  const env = { THOPTER_DATA_DIR: hub.data };
  await hub.ready({ name: "amber-falcon" });
  const ann = { kind: "person", label: "ann", person: "ann", role: "operator" } as const;
  const { secret } = await hub.person.call("createToken", ann);
  const owner = hub.client(secret);
  await hub.ready({ name: "tawny-owl" }, owner);
  expect(await run(env, "wait", "amber-falcon", "tawny-owl")).toMatchObject({ code: 0 });
  const planned = async (idle: string) =>
    run(env, "destroy", "--mine", "--idle", idle, "--dry-run", "--json");
  // Its agent has done nothing for one second once this is no longer refused.
  await expect.poll(async () => (await planned("1s")).code, { timeout: 60_000 }).toBe(0);
  expect(jsonOf(await planned("1s"))).toMatchObject({
    plan: { items: [{ name: "amber-falcon" }] },
  });
  const rested = await planned("2h");
  expect(rested).toMatchObject({ code: 2, stdout: "" });
  expect(rested.stderr).toContain("no thopter fits (yours, idle for 2 h)");
  const { items } = await hub.person.call("listThopters", {});
  expect(items).toHaveLength(2);
  const gone = await owner.call("destroy", { thopters: ["tawny-owl"], reason: "over" });
  await hub.finished(...("operations" in gone ? gone.operations.map(({ id }) => id) : []));
  await hub.end();
});

it("tables of what is kept fit the terminal, and name each row in full", async () => {
  const hub = await startHub();
  const logins = [{ variable: "A_LONG_NAME_FOR_A_TOKEN", value: "a-value-of-no-known-shape-1c77" }];
  await hub.person.call("createIdentity", { name: "dotfiles-of-ann", shared: true, logins });
  for (const address of ["owner/a-repository-with-a-long-name", "owner/gate"])
    await hub.person.call("trustRepository", { address, trusted: true, setupTimeoutMs: 900_000 });
  const terminal = await openTerminal({ THOPTER_DATA_DIR: hub.data }, { columns: 80 });
  for (const [verb, name] of [
    ["identity", "dotfiles-of-ann"],
    ["repository", "owner/a-repository-with-a-long-name"],
  ] as const) {
    await terminal.start(verb, "list");
    const screen = await terminal.shows("[exit 0]");
    const rows = screen.split("\n").filter((line) => line.includes(name));
    expect(rows, screen).toHaveLength(1);
    const [table = ""] = screen.split("[exit 0]");
    // What is too long would go on below.
    expect(table.trim().split("\n"), table).toHaveLength(verb === "identity" ? 2 : 3);
  }
  await terminal.close();
  await hub.end();
});
