import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../core/ports/clock.ts";
import { connect, findHub } from "../connection.ts";
import { span } from "../../core/words.ts";
import type { Terminal } from "../terminal.ts";
import { bulkDestroyAct, goneAct } from "./acts-destroy.ts";
import { provisionAct, readAct, tellAct } from "./acts-work.ts";
import { createClaims } from "./claims.ts";
import { startHubProcess } from "./hub-process.ts";
import { processesOf } from "./leftovers.ts";
import { connectMcp } from "./mcp-session.ts";
import { openPlace } from "./place.ts";
import type { DemoProvider } from "./place.ts";
import { agentCommand, makeRepository } from "./repository.ts";
import type { Stage } from "./stage.ts";

export type DemoPorts = {
  node: string;
  program: string;
  environment: Readonly<Record<string, string | undefined>>;
  clock: Clock;
};

export type DemoOptions = { provider: DemoProvider; terminal: Terminal; signal: AbortSignal };

/** The main job from end to end on this machine. Throws as soon as a claim does not hold. */
export async function runDemo(ports: DemoPorts, options: DemoOptions): Promise<void> {
  const { provider, terminal, signal } = options;
  const began = Date.now();
  const claims = createClaims(terminal);
  // What a process has mounted names real paths.
  const directory = await realpath(await mkdtemp(join(tmpdir(), "thopter-demo-")));
  try {
    const dataDirectory = join(directory, "data");
    const place = await openPlace(provider, { clock: ports.clock, directory, dataDirectory });
    try {
      await play(ports, { terminal, signal, claims, directory, dataDirectory, place });
    } finally {
      await place.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  const left = await processesOf(directory);
  claims.check(
    "nothing is left: no process, no tmux server, no directory",
    left.length === 0 && !existsSync(directory),
  );
  terminal.print("");
  terminal.print(
    terminal.style(
      "green",
      `All ${claims.checked} claims were checked, in ${span(Date.now() - began)}.`,
    ),
  );
}

async function play(
  ports: DemoPorts,
  stage: Omit<Stage, "person" | "agent" | "repository">,
): Promise<void> {
  const { claims, dataDirectory, directory, place } = stage;
  claims.act("A hub starts, with its own defaults, in a temporary data directory");
  const repository = await makeRepository(directory);
  const hub = await startHubProcess(ports, {
    ...withoutFly(ports.environment),
    ...place.environment,
    THOPTER_DATA_DIR: dataDirectory,
    THOPTER_HOST: "127.0.0.1",
    THOPTER_PORT: "0",
    THOPTER_AGENT_COMMAND: agentCommand,
    THOPTER_LOCAL_REPOSITORIES: "true",
  });
  let exitCode: number | null;
  try {
    await playActs({ ...stage, repository });
    claims.act("The hub stops");
  } finally {
    exitCode = await hub.stop();
  }
  claims.check("it ends by itself, with exit code 0", exitCode === 0);
  claims.check("it leaves no machine behind", (await place.machinesLeft()) === 0);
}

/** Whoever has an account does not play with it here. */
function withoutFly(environment: DemoPorts["environment"]): DemoPorts["environment"] {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith("FLY_")),
  );
}

async function playActs(scene: Omit<Stage, "person" | "agent">): Promise<void> {
  const { dataDirectory, terminal } = scene;
  const person = await connect({ dataDirectory });
  const agent = await connectMcp(await findHub({ dataDirectory }, "agent-token"));
  terminal.print(`  It listens at ${person.url}; a coding agent is connected over MCP.`);
  const stage: Stage = { ...scene, person, agent };
  try {
    const names = await provisionAct(stage);
    await tellAct(stage, names);
    await readAct(stage, names);
    await bulkDestroyAct(stage, names);
    await goneAct(stage);
  } finally {
    await agent.close();
  }
}
