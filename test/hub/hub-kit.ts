import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { createHubClient } from "../../src/cli/hub-client.ts";
import type { HubClient, Requests } from "../../src/cli/hub-client.ts";
import type { OperationView, ThopterView } from "../../src/core/ports/fleet.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { followEvents } from "./hub-events.ts";
import type { HubEvents } from "./hub-events.ts";
import { endProcess, startProgram } from "./hub-process.ts";
import type { RunningProgram } from "./hub-process.ts";
import { connectOverHttp } from "./mcp-client.ts";
import type { McpClient } from "./mcp-client.ts";
import { clearAway, expectNoSecret, expectNothingLeft } from "./nothing-left.ts";
import { fixture, makeRepository } from "./repository.ts";

export type Provisioned = { thopter: ThopterView; operation: OperationView };

/** A hub as a process of its own, in a directory of the running test. */
export type TestHub = {
  /** Holds all that the test makes. */
  readonly directory: string;
  readonly data: string;
  /** A repository with the files that the test asked for. */
  readonly repository: string;
  readonly environment: Record<string, string>;
  readonly pid: number;
  readonly url: string;
  /** What the hub printed since it was last started. */
  output(): string;
  /** Whoever runs the hub, and the agent that acts for them. */
  readonly person: HubClient;
  readonly agent: HubClient;
  token(file: "token" | "agent-token"): string;
  /** A client with another token, which is a secret from now on. */
  client(token: string): HubClient;
  events(): Promise<HubEvents>;
  mcp(): Promise<McpClient>;
  /** Asks for a thopter of the repository; what a test does not say is filled in. */
  provision(request?: Partial<Requests["provision"]>, by?: HubClient): Promise<Provisioned>;
  /** The same, and waits until it is ready. */
  ready(request?: Partial<Requests["provision"]>, by?: HubClient): Promise<ThopterView>;
  /** Waits until these have finished, and answers with them in this order. */
  finished(...ids: string[]): Promise<OperationView[]>;
  /** Destroys these as their owner, who approves what has to be approved. */
  destroyed(...names: string[]): Promise<OperationView[]>;
  kill(): Promise<void>;
  /** Ends it as a person would; answers with its exit code. */
  stop(): Promise<number | string>;
  start(env?: Record<string, string>): Promise<void>;
  /** Destroys all there is, stops, and proves that nothing is left and that no secret got out. */
  end(): Promise<void>;
};

export type TestHubOptions = {
  env?: Record<string, string>;
  files?: Record<string, string>;
  /** Where its data goes, when that matters. */
  data?: string;
  /** What must not get out, beside its tokens. */
  secrets?: readonly string[];
};

const githubToken = "a-token-of-no-known-shape-5f2d91c0";

export async function startHub(options: TestHubOptions = {}): Promise<TestHub> {
  const directory = temporaryDirectory();
  const data = options.data ?? join(directory, "data");
  onTestFinished(() => clearAway(directory, data));
  mkdirSync(join(directory, "repositories"));
  const files = { "agent.sh": fixture("agent.sh"), ...options.files };
  const repository = makeRepository(join(directory, "repositories", "notes"), files);
  const environment = {
    THOPTER_DATA_DIR: data,
    THOPTER_PORT: "0",
    THOPTER_AGENT_COMMAND: "sh ./agent.sh",
    THOPTER_LOCAL_REPOSITORIES: "true",
    THOPTER_SETUP_REPOSITORIES: "*",
    GITHUB_TOKEN: githubToken,
    ...options.env,
  };
  const secrets = new Set([githubToken, ...(options.secrets ?? [])]);
  const said: (() => string)[] = [];
  const streams: HubEvents[] = [];
  let running: RunningProgram | undefined;
  let url = "";

  function present(): RunningProgram {
    if (running === undefined) throw new Error("The hub of this test does not run now");
    return running;
  }

  async function start(env: Record<string, string> = {}): Promise<void> {
    running = await startProgram({ ...environment, ...env });
    said.push(running.output);
    // The hub has written it before it says that it listens.
    ({ url } = JSON.parse(readFileSync(join(data, "hub.json"), "utf8")) as { url: string });
    secrets.add(token("token")).add(token("agent-token"));
  }

  function token(file: "token" | "agent-token"): string {
    return readFileSync(join(data, file), "utf8").trim();
  }

  function client(secret: string): HubClient {
    secrets.add(secret);
    const plain = createHubClient({ url, token: secret });
    return {
      ...plain,
      call(method, request, signal) {
        const answered = plain.call(method, request, signal);
        // A new token is shown this once, to whoever made it.
        if (method !== "createToken") said.push(textOf(answered));
        return answered;
      },
    };
  }

  async function letGo(how: NodeJS.Signals): Promise<number | string> {
    const { pid, ended } = present();
    for (const stream of streams.splice(0)) stream.close();
    endProcess(pid, how);
    const code = await ended;
    running = undefined;
    return code;
  }

  const hub: TestHub = {
    directory,
    data,
    repository,
    environment,
    get pid() {
      return present().pid;
    },
    get url() {
      return url;
    },
    output: () => present().output(),
    get person() {
      return client(token("token"));
    },
    get agent() {
      return client(token("agent-token"));
    },
    token,
    client,
    async events() {
      const events = await followEvents(hub.person);
      streams.push(events);
      said.push(events.text);
      return events;
    },
    async mcp() {
      const connected = await connectOverHttp({ url, token: token("agent-token") });
      said.push(connected.text);
      return connected;
    },
    provision: async (request = {}, by = hub.person) =>
      by.call("provision", { task: "Listen", repository, ...request }),
    async ready(request, by) {
      const { thopter, operation } = await hub.provision(request, by);
      const [done] = await hub.finished(operation.id);
      expect(done?.status, JSON.stringify(done?.error)).toBe("succeeded");
      return hub.person.call("getThopter", { thopter: thopter.id });
    },
    async finished(...ids) {
      const request = { ids, mode: "all" as const, timeoutMs: 45_000 };
      let waited = await hub.person.call("waitForOperations", request);
      for (let round = 1; !waited.done && round < 4; round += 1) {
        waited = await hub.person.call("waitForOperations", request);
      }
      const { done, operations } = waited;
      expect(done, `still open: ${JSON.stringify(operations)}`).toBe(true);
      return ids.flatMap((id) => operations.filter((one) => one.id === id));
    },
    async destroyed(...names) {
      const request = { thopters: names, reason: "the test is over" };
      const asked = await hub.person.call("destroy", request);
      const { operations } =
        asked.outcome === "accepted"
          ? asked
          : await hub.person.call("decide", { id: asked.approval.id, decision: "approve" });
      return hub.finished(...operations.map(({ id }) => id));
    },
    kill: async () => void (await letGo("SIGKILL")),
    stop: () => letGo("SIGTERM"),
    start,
    async end() {
      if (running === undefined) await start();
      const { items } = await hub.person.call("listThopters", { limit: 50 });
      const names = items.filter(({ status }) => status !== "gone").map(({ name }) => name);
      if (names.length > 0) await hub.destroyed(...names);
      expect((await hub.person.call("status", {})).unknownMachines).toEqual([]);
      expect(await hub.stop()).toBe(0);
      await expectNothingLeft(directory, data);
      expectNoSecret(data, said.map((words) => words()).join("\n"), [...secrets]);
    },
  };
  await start();
  return hub;
}

/** What a call is answered with, or refused with, once that is known. */
function textOf(answered: Promise<unknown>): () => string {
  let text = "";
  answered.then(
    (answer) => (text = JSON.stringify(answer)),
    (error: unknown) => (text = String(error)),
  );
  return () => text;
}
