import { expect, it, vi } from "vitest";
import type { Requests } from "../../src/cli/hub-client.ts";
import { startHub } from "../hub/hub-kit.ts";
import { commandLineOf, jsonOf, runHere } from "./run.ts";
import { openTerminal } from "./terminal-session.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

it("flags select what is listed and destroyed, and never more than they say", async () => {
  const hub = await startHub();
  const thopter = commandLineOf(hub);
  // The same without a process for each.
  const here: typeof thopter = (...args) => runHere({ THOPTER_DATA_DIR: hub.data }, ...args);
  const make = async (name: string, label: string, by = hub.person): Promise<void> => {
    const request: Partial<Requests["provision"]> = { name, labels: [label] };
    await hub.ready(request, by);
  };
  await make("amber-falcon", "red");
  await make("jade-owl", "blue");
  await make("tawny-owl", "red", hub.agent);
  await here("wait", "amber-falcon", "jade-owl", "tawny-owl");

  const listed = async (...flags: readonly string[]): Promise<string[]> => {
    const { items } = jsonOf(await here("list", ...flags, "--json")) as {
      items: { name: string }[];
    };
    return items.map(({ name }) => name);
  };
  expect(await listed("--state", "idle", "--label", "red")).toEqual(["amber-falcon", "tawny-owl"]);
  expect(await listed("--state", "working")).toEqual([]);
  expect(await listed("--older-than", "1h")).toEqual([]);
  expect(await listed("--idle", "1s", "--repo", "nowhere")).toEqual([]);
  expect(await listed("--limit", "2")).toEqual(["amber-falcon", "jade-owl"]);

  const planned = async (...flags: readonly string[]): Promise<string[]> => {
    const ran = await here("destroy", ...flags, "--dry-run", "--json");
    const { plan } = jsonOf(ran) as { plan: { items: { name: string }[] } };
    return plan.items.map(({ name }) => name);
  };
  expect(await planned("--label", "red")).toEqual(["amber-falcon", "tawny-owl"]);
  expect(await planned("--all")).toEqual(["amber-falcon", "jade-owl", "tawny-owl"]);
  expect(await planned("--idle", "1s", "--label", "blue")).toEqual(["jade-owl"]);
  for (const [flags, words] of [
    [["--idle", "2h", "--mine"], "no thopter fits (yours, idle for 2 h)"],
    [["--older-than", "1d"], "no thopter fits (older than 24 h)"],
    [["amber-falcon", "--mine"], "both the named ones and those that the flags select"],
    [["--state", "sleepy"], 'Cannot select the state "sleepy"'],
    [[], "name the thopters, or select them"],
  ] as const) {
    const ran = await here("destroy", ...flags, "--yes");
    expect(ran, flags.join(" ")).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(words);
  }
  expect(await listed()).toHaveLength(3);

  const destroyed = await thopter("destroy", "--label", "blue", "--yes");
  expect(destroyed).toMatchObject({ code: 0 });
  expect(destroyed.stdout).toMatch(/\njade-owl is gone\.\n$/);
  expect(await listed()).toEqual(["amber-falcon", "tawny-owl"]);

  const terminal = await openTerminal({ THOPTER_DATA_DIR: hub.data });
  await terminal.start("destroy", "--all");
  await terminal.shows('Destroy these 2 thopters? Type "2":');
  await terminal.type("yes");
  await terminal.shows("[exit 4]");
  expect(await listed()).toHaveLength(2);
  await terminal.start("destroy", "--all", "--label", "red");
  await terminal.shows('Type "2":');
  await terminal.type("2");
  expect(await terminal.shows("[exit 0]")).toContain("tawny-owl is gone.");
  await terminal.close();
  expect((await here("destroy", "--all", "--yes")).stderr).toContain("there are no thopters");
  await hub.end();
});
