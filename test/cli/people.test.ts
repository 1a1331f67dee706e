import { expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { commandLineOf, jsonOf, run } from "./run.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

it("an admin sees who did what, and says what people may do; nobody else may", async () => {
  const hub = await startHub();
  const thopter = commandLineOf(hub);
  const made = await thopter("token", "create", "--person", "ann", "--role", "operator");
  const ann = { THOPTER_DATA_DIR: hub.data, THOPTER_TOKEN: made.stdout.trim() };
  const { name } = await hub.ready({ name: "amber-falcon", ttlMs: 60_000 * 60 }, hub.agent);

  const people = await thopter("person", "list");
  expect(people.stdout).toMatch(/^NAME\tROLE\tFROM\tSLACK\tKNOWN FOR\n/);
  expect(people.stdout).toMatch(/^ann\toperator\tthis hub\t\t[\d.]+ s$/m);
  expect((await run(ann, "person", "role", "ann", "admin")).code).toBe(4);
  expect((await run(ann, "audit")).code).toBe(4);
  const raised = await thopter("person", "role", "ann", "viewer");
  expect(raised).toMatchObject({ code: 0, stdout: 'ann has the role "viewer" now.\n' });
  expect(jsonOf(await thopter("person", "list", "--json"))).toContainEqual(
    expect.objectContaining({ name: "ann", role: "viewer" }),
  );
  expect((await run(ann, "extend", name, "2h")).code).toBe(4);
  expect((await thopter("person", "role", "bob", "viewer")).code).toBe(5);

  const extended = await thopter("extend", name, "8h");
  expect(extended).toMatchObject({ code: 0, stdout: "amber-falcon lives 8 h more.\n" });
  expect((await thopter("extend", name, "31d")).code).toBe(2);
  expect(jsonOf(await thopter("extend", name, "9h", "--json"))).toMatchObject({ name });

  const audit = await thopter("audit");
  const [head, newest, ...older] = audit.stdout.trimEnd().split("\n");
  expect(head).toBe("AGO\tWHO\tFRONT\tACTION\tOUTCOME\tSUBJECT\t");
  expect(newest).toMatch(/^[\d.]+ s\t\S+\tcli\textend\tsucceeded\tamber-falcon\t$/);
  const lines = older.join("\n");
  expect(lines).toMatch(/\tperson\.role\taccepted\tann\tann: operator to viewer$/m);
  expect(lines).toMatch(/\tan agent of \S+\t\w+\tprovision\taccepted\t\S+\tamber-falcon from/m);
  const json = jsonOf(await thopter("audit", "--limit", "1", "--json"));
  expect(json).toMatchObject([{ action: "extend", front: "cli" }]);
  expect(json).toHaveLength(1);
  await hub.end();
});
