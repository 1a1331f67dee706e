import { expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { commandLineOf, jsonOf, run, runHere } from "./run.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

it("a thopter gets another name and other labels, and is itself", async () => {
  const hub = await startHub();
  const thopter = commandLineOf(hub);
  const here: typeof thopter = (...args) => runHere({ THOPTER_DATA_DIR: hub.data }, ...args);
  const made = await hub.ready({ name: "amber-falcon", labels: ["old"] });
  await hub.ready({ name: "tawny-owl" });

  const renamed = await thopter("rename", "amber-falcon", "jade-owl");
  expect(renamed).toEqual({
    code: 0,
    stdout: "It is jade-owl now, on branch thopter/amber-falcon.\n",
    stderr: "",
  });
  expect(await here("screen", "amber-falcon")).toMatchObject({ code: 5 });
  expect((await here("tell", "jade-owl", "hello")).code).toBe(0);
  expect((await here("rename", "jade-owl", "tawny-owl")).code).toBe(6);
  expect((await here("rename", "jade-owl", "Jade")).code).toBe(2);
  expect(jsonOf(await here("rename", "jade-owl", "amber-falcon", "--json"))).toMatchObject({
    id: made.id,
    name: "amber-falcon",
  });

  expect((await thopter("label", "amber-falcon")).stdout).toBe("old\n");
  const labelled = await thopter("label", "amber-falcon", "+team:red", "-old", "+new");
  expect(labelled).toEqual({ code: 0, stdout: "team:red\nnew\n", stderr: "" });
  expect(jsonOf(await here("label", "amber-falcon", "-new", "--json"))).toMatchObject({
    labels: ["team:red"],
  });
  const emptied = await here("label", "amber-falcon", "-team:red");
  expect(emptied).toMatchObject({ code: 0, stdout: "", stderr: "amber-falcon has no labels.\n" });
  expect((await here("label", "amber-falcon", "+a b")).code).toBe(2);

  const byAgent = { THOPTER_DATA_DIR: hub.data, THOPTER_TOKEN: hub.token("agent-token") };
  expect((await run(byAgent, "rename", "amber-falcon", "mine-now")).code).toBe(4);
  expect((await runHere(byAgent, "label", "amber-falcon", "+mine")).code).toBe(4);

  await hub.kill();
  await hub.start();
  expect((await here("rename", "amber-falcon", "sage-wren")).code).toBe(0);
  const [operation] = await hub.destroyed("sage-wren");
  expect(operation?.status).toBe("succeeded");
  await hub.end();
});
