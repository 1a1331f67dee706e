import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createSteps } from "../../src/steps/steps.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { createTemplates } from "../../src/templates/templates.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { startHub } from "./hub.ts";
import { createWorld, portsInto } from "./world.ts";

it("an agent is launched with what the template made, and without one with its task", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "bugfix.md"), "Tread softly: {{ task }}");
  const ports = portsInto(createWorld());
  const { command } = ports.agents;
  if (command === undefined) throw new Error("there is no agent");
  const told: string[] = [];
  const agent: typeof command = {
    ...command,
    async launch(session, request, signal) {
      told.push(request.task);
      await command.launch(session, request, signal);
    },
  };
  const templates = createTemplates({ directory });
  const steps = createSteps({ ...ports, agents: { command: agent }, templates });
  const hub = await startHub({ store: createMemoryStore(), steps });
  const template = { name: "bugfix", variables: {} };
  await hub.ended((await hub.provision({ template })).id);
  await hub.ended((await hub.provision({ name: "shy-heron" })).id);
  expect(told).toEqual(["Tread softly: mend the gate", "mend the gate"]);
});
