import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createCommandAgent } from "../../src/agents/command.ts";
import { ProviderError, UserError } from "../../src/core/errors.ts";
import type { Agent, AgentSession } from "../../src/core/ports/agent.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { AgentState } from "../../src/core/thopter.ts";
import { createTerminals } from "../../src/shell/terminals.ts";
import { describeAgentContract } from "../contracts/agent-contract.ts";
import { openCommandSession, systemClock, type CommandSession } from "./command-session.ts";

const soon = { timeout: 12_000, interval: 100 };
const idleAfterMs = 500;
const signal = () => new AbortController().signal;

const listener = `report() { printf '%s\\n' "$1" >>"$THOPTER_REPORTS"; }
echo ready; while IFS= read -r line; do printf '%s\\n' "$line" >>heard; echo noted
case $line in
  "end "*) exit "\${line#end }" ;;
  ask) report '{"status":"waiting","question":"Overwrite it?","choices":["Yes","No"]}' ;;
  "ask freely") report '{"status":"waiting","question":"Which name?"}' ;;
  "report "*) report "\${line#report }" ;;
esac; done`;

function agentOf(command: string, clock: Clock = systemClock): Agent {
  return createCommandAgent({ command, clock, idleAfterMs });
}

describeAgentContract("command agent", async () => {
  const { session, request, read } = openCommandSession();
  return {
    agent: agentOf(listener),
    broken: agentOf("echo no login; exit 1"),
    session,
    request,
    heard: () => read("heard"),
  };
});

async function launch(
  command: string,
  prepare: (made: CommandSession) => void = () => undefined,
): Promise<CommandSession & { agent: Agent }> {
  const made = openCommandSession();
  prepare(made);
  const agent = agentOf(command);
  await agent.launch(made.session, made.request, signal());
  return { ...made, agent };
}

async function statusOf(agent: Agent, session: AgentSession): Promise<string> {
  return (await agent.state(session, signal())).status;
}

function follow(agent: Agent, session: AgentSession) {
  const controller = new AbortController();
  const states: AgentState[] = [];
  const ended = agent.follow(session, (state) => states.push(state), controller.signal);
  onTestFinished(async () => {
    controller.abort();
    await ended.catch(() => undefined);
  });
  return { states, ended, statuses: () => states.map(({ status }) => status) };
}

describe("launching a command", () => {
  it("runs it in the clone with the request's environment and the task's file", async () => {
    const { request, read, session } = await launch(
      'pwd >out; cat "$THOPTER_TASK_FILE" ../task.md >>out; echo "$GREETING $HOME" >>out',
    );
    const { repositoryPath, places } = session;
    const expected = `${repositoryPath}\nDo it.\nDo it.\nhello ${places.home}\n`;
    await expect.poll(() => read("out"), soon).toBe(expected);
    expect(request.taskFile.endsWith("task.md")).toBe(true);
  });

  it("hands over any value, over what the machine's profile says", async () => {
    const value = `'"\\ $(id) \`id\`\n#{pid} ünï🚁 -n`;
    const made = openCommandSession();
    writeFileSync(join(made.session.places.home, ".profile"), "export ODD=profile KEPT=profile\n");
    const agent = agentOf('printf "%s|%s" "$ODD" "$KEPT" >out');
    await agent.launch(made.session, { ...made.request, env: { ODD: value } }, signal());
    await expect.poll(() => made.read("out"), soon).toBe(`${value}|profile`);
  });

  it("keeps secrets off every command line, in a private file that goes when it was read", async () => {
    const made = openCommandSession();
    const { home, run } = made.session.places;
    writeFileSync(join(home, ".profile"), `stat -c %a "${run}/agent.env" >"${home}/mode"`);
    const argvs: string[] = [];
    const shell: AgentSession["shell"] = {
      ...made.session.shell,
      run(argv, options) {
        argvs.push(JSON.stringify([argv, options.env]));
        return made.session.shell.run(argv, options);
      },
    };
    const agent = agentOf("printenv TOKEN >out; exec sleep 300");
    const env = { TOKEN: "a-very-secret-token" };
    await agent.launch({ ...made.session, shell }, { ...made.request, env }, signal());
    await expect.poll(() => made.read("out"), soon).toBe("a-very-secret-token\n");
    expect(argvs.length).toBeGreaterThan(2);
    expect(argvs.filter((argv) => argv.includes("very-secret"))).toEqual([]);
    expect(readFileSync(join(home, "mode"), "utf8")).toBe("600\n");
    expect(readdirSync(run).toSorted()).toEqual(["agent.sh", "reports", "tmux.sock"]);
  });

  it("refuses names that are no variables", async () => {
    const { session, request } = openCommandSession();
    const env = { "A; touch oops; B": "x" };
    const launched = agentOf("true").launch(session, { ...request, env }, signal());
    await expect(launched).rejects.toThrow(UserError);
  });

  it("is starting while the machine's profile runs", async () => {
    const { agent, session } = await launch("exec sleep 300", (made) => {
      const wait = `while [ ! -e "$HOME/go" ]; do sleep 0.05; done\n`;
      writeFileSync(join(made.session.places.home, ".profile"), wait);
    });
    expect(await statusOf(agent, session)).toBe("starting");
    const { statuses } = follow(agent, session);
    await expect.poll(statuses, soon).toEqual(["starting"]);
    writeFileSync(join(session.places.home, "go"), "");
    await expect.poll(() => statuses().slice(0, 2), soon).toEqual(["starting", "working"]);
    await agent.verify(session, signal());
  });

  it("crashes with words when the clone is missing", async () => {
    const { agent, session } = await launch("true", (made) => {
      writeFileSync(
        join(made.session.places.home, ".profile"),
        `rmdir "$HOME/../work/it's a clone"`,
      );
    });
    await expect(agent.verify(session, signal())).rejects.toMatchObject({
      cause: { message: expect.stringContaining("can't cd") as string },
    });
  });
});

describe("the state of a command", () => {
  it("of an interactive shell is idle at the prompt and working while a program has the terminal", async () => {
    const { agent, session } = await launch("bash --norc");
    await expect.poll(() => statusOf(agent, session), soon).toBe("idle");
    const { statuses } = follow(agent, session);
    await expect.poll(statuses, soon).toEqual(["idle"]);
    const request = {
      text: "while [ ! -e go ]; do sleep 0.05; done",
      raw: false,
      interrupt: false,
    };
    await agent.tell(session, { ...request, text: `sh -c '${request.text}'` }, signal());
    await expect.poll(statuses, soon).toEqual(["idle", "working"]);
    // Long after its last output it still has the terminal.
    const quiet = async () => {
      const { stdout } = await session.shell.run(
        [
          "tmux",
          "-S",
          join(session.places.run, "tmux.sock"),
          "display-message",
          "-p",
          "%s #{window_activity}",
        ],
        { timeoutMs: 10_000 },
      );
      const [now, last] = new TextDecoder().decode(stdout).split(" ").map(Number);
      return (now ?? 0) - (last ?? 0);
    };
    await expect.poll(quiet, soon).toBeGreaterThan(3);
    expect(await statusOf(agent, session)).toBe("working");
    expect(statuses()).toEqual(["idle", "working"]);
    writeFileSync(join(session.repositoryPath, "go"), "");
    await expect.poll(statuses, soon).toEqual(["idle", "working", "idle"]);
  });

  it("is crashed with 128 plus the number of a signal", async () => {
    const { agent, session } = await launch("kill -9 $$");
    await expect.poll(() => agent.state(session, signal()), soon).toMatchObject({ exitCode: 137 });
    expect(await statusOf(agent, session)).toBe("crashed");
  });

  it("stays crashed, whoever comes and goes, where it asked to be told of the focus", async () => {
    const { agent, session, tmux } = await launch(
      "printf '\\033[?1004h'; echo last words; kill -9 $$",
    );
    const crashed = { status: "crashed", exitCode: 137 };
    await expect.poll(() => agent.state(session, signal()), soon).toMatchObject(crashed);
    const { since } = await agent.state(session, signal());
    for (let hubs = 0; hubs < 2; hubs += 1) {
      const controller = new AbortController();
      let heard = 0;
      const ended = tmux.follow(() => (heard += 1), controller.signal);
      await expect.poll(() => heard, soon).toBeGreaterThan(0);
      controller.abort();
      await ended;
      expect(await agent.state(session, signal())).toMatchObject(crashed);
    }
    const { states } = follow(agent, session);
    await expect.poll(() => states, soon).toHaveLength(1);
    expect(states).toMatchObject([crashed]);
    expect(Math.abs((states[0]?.since ?? 0) - since)).toBeLessThan(2000);
    const screen = await agent.screen(session, { history: false }, signal());
    expect(screen).toContain("last words");
  });

  it("is gone when the program ends its own session", async () => {
    const { agent, session } = await launch("sleep 0.3; tmux kill-server; sleep 300");
    const { statuses, ended } = follow(agent, session);
    await ended;
    expect(statuses().at(-1)).toBe("gone");
  });

  it("is gone with its pane, and comes back, while what followed it is still there", async () => {
    const { agent, session, request } = await launch("exec sleep 300");
    const { statuses, ended } = follow(agent, session);
    await expect.poll(statuses, soon).toContain("idle");
    const socket = join(session.places.run, "tmux.sock");
    await session.shell.run(["tmux", "-S", socket, "kill-pane", "-t", "%0"], { timeoutMs: 10_000 });
    await ended;
    expect(statuses().at(-1)).toBe("gone");
    await agent.launch(session, request, signal());
    await agent.verify(session, signal());
    await expect.poll(() => statusOf(agent, session), soon).toBe("idle");
  });

  it("is followed over links that drop", async () => {
    const { agent, session } = await launch(listener);
    const { statuses } = follow(agent, session);
    await expect.poll(statuses, soon).toContain("idle");
    const socket = join(session.places.run, "tmux.sock");
    const drop = ["tmux", "-S", socket, "detach-client", "-s", "thopter-watch"];
    expect((await session.shell.run(drop, { timeoutMs: 10_000 })).exitCode).toBe(0);
    await agent.tell(session, { text: "end 3", raw: false, interrupt: false }, signal());
    await expect.poll(() => statuses().at(-1), soon).toBe("crashed");
  });

  it("is an error, not gone, when the links drop again and again while it is there", async () => {
    const { session } = await launch("exec sleep 300");
    const delays: number[] = [];
    const clock: Clock = {
      now: systemClock.now,
      after(ms, run) {
        delays.push(ms);
        return systemClock.after(1, run);
      },
    };
    const shell: AgentSession["shell"] = {
      ...session.shell,
      run: (argv, options) => session.shell.run(argv.includes("-C") ? ["false"] : argv, options),
    };
    const { statuses, ended } = follow(agentOf("unused", clock), { ...session, shell });
    await expect(ended).rejects.toThrow(ProviderError);
    expect(statuses()).not.toContain("gone");
    expect(delays.filter((ms) => ms % 250 === 0 && ms !== idleAfterMs)).toEqual([
      250, 1000, 2000, 4000,
    ]);
  });
});

describe("what a command reports of itself", () => {
  const told = (agent: Agent, session: AgentSession, text: string) =>
    agent.tell(session, { text, raw: false, interrupt: false }, signal());

  it("holds over what its terminal shows, until it is told something", async () => {
    const { agent, session } = await launch(listener);
    const { statuses } = follow(agent, session);
    await expect.poll(statuses, soon).toContain("idle");
    for (const status of ["done", "limited", "waiting"]) {
      await told(agent, session, `report {"status":"${status}"}`);
      await expect.poll(() => statuses().at(-1), soon).toBe(status);
      await told(agent, session, "go on");
      await expect.poll(() => statuses().at(-1), soon).toBe("idle");
    }
    await told(agent, session, 'report {"status":"done"}');
    await expect.poll(() => statuses().at(-1), soon).toBe("done");
    await told(agent, session, 'report {"status":"working"}');
    await expect.poll(() => statuses().at(-1), soon).toBe("idle");
  });

  it("never makes it ended or alive", async () => {
    const { agent, session } = await launch(listener);
    await told(agent, session, 'report {"status":"waiting","question":"Go?"}');
    await expect.poll(() => statusOf(agent, session), soon).toBe("waiting");
    const socket = join(session.places.run, "tmux.sock");
    const type = ["tmux", "-S", socket, "send-keys", "-t", "%0", "end 3", "Enter"];
    expect((await session.shell.run(type, { timeoutMs: 10_000 })).exitCode).toBe(0);
    await expect.poll(() => statusOf(agent, session), soon).toBe("crashed");
  });

  it("is followed without a word on its terminal, over links that drop", async () => {
    const { agent, session } = await launch("exec sleep 300");
    const { states, statuses } = follow(agent, session);
    await expect.poll(statuses, soon).toContain("idle");
    async function expectHeard(text: string): Promise<void> {
      const line = JSON.stringify({ status: "waiting", question: text });
      appendFileSync(join(session.places.run, "reports"), `${line}\n`);
      await expect.poll(() => states.at(-1)?.question?.text, soon).toBe(text);
    }
    await expectHeard("Still there?");
    await expectHeard("And now?");
    const socket = join(session.places.run, "tmux.sock");
    const drop = ["tmux", "-S", socket, "detach-client", "-s", "thopter-watch"];
    expect((await session.shell.run(drop, { timeoutMs: 10_000 })).exitCode).toBe(0);
    await expectHeard("After the link?");
    await expectHeard("And after that?");
  });

  it("that could not be answered stays open", async () => {
    const { agent, session } = await launch(listener);
    await told(agent, session, "ask");
    await expect.poll(() => statusOf(agent, session), soon).toBe("waiting");
    const { question } = await agent.state(session, signal());
    const shell: AgentSession["shell"] = {
      ...session.shell,
      run: (argv, options) =>
        session.shell.run(argv.includes("load-buffer") ? ["false"] : argv, options),
    };
    const request = { hash: question?.hash ?? "", text: "Yes" };
    const answered = agent.answer({ ...session, shell }, request, signal());
    await expect(answered).rejects.toThrow(ProviderError);
    expect((await agent.state(session, signal())).question).toEqual(question);
    await agent.answer(session, request, signal());
  });
});

describe("telling a command", () => {
  it("interrupts it first when asked to", async () => {
    const { agent, session, read } = await launch(
      `bash --norc -ic 'trap "echo interrupted >>heard" INT; echo ready; while :; do read -r line && echo "$line" >>heard; done'`,
    );
    const show = () => agent.screen(session, { history: false }, signal());
    await expect.poll(show, soon).toContain("ready");
    await agent.tell(session, { text: "after", raw: false, interrupt: true }, signal());
    await expect.poll(() => read("heard"), soon).toMatch(/interrupted\n(.*\n)?after\n/);
  });
});

describe("the screen of a command", () => {
  it("is plain text of at most 200,000 characters", async () => {
    const flood = `i=0; while [ $i -lt 4000 ]; do printf '\\033[3%dm%0150d\\033[0m\\n' $((i % 8)) $i; i=$((i + 1)); done; echo last; exec sleep 300`;
    const { agent, session } = await launch(flood);
    const show = () => agent.screen(session, { history: true }, signal());
    await expect.poll(async () => (await show()).endsWith("\nlast"), soon).toBe(true);
    const screen = await show();
    expect(screen).toHaveLength(200_000);
    expect(/^…[\d\n]+last$/.test(screen)).toBe(true);
  });
});

describe("starting a command again", () => {
  it("hands it the same environment and keeps the size of its terminal", async () => {
    const command = 'printf "%s %s\\n" "$GREETING" "$(stty size)" >>out; exec sleep 300';
    const { session, request, agent, read } = await launch(command);
    await expect.poll(() => read("out"), soon).toBe("hello 50 200\n");
    const terminals = createTerminals();
    await terminals.resize(session, { columns: 91, rows: 33 }, signal());
    await agent.restart(session, request, signal());
    await expect.poll(() => read("out"), soon).toBe("hello 50 200\nhello 33 91\n");
    await agent.stop(session, signal());
    await agent.restart(session, request, signal());
    await expect.poll(() => read("out"), soon).toMatch(/hello 50 200\n$/);
  });

  it("ends what the program before has started in its terminal", async () => {
    const command = "sleep 300 & echo $! >child; sleep 301; echo over";
    const { session, request, agent, read } = await launch(command);
    await expect.poll(() => read("child"), soon).not.toBe("");
    const first = Number(read("child"));
    await agent.restart(session, request, signal());
    await expect.poll(() => existsSync(`/proc/${first}`), soon).toBe(false);
    await expect.poll(() => Number(read("child")), soon).not.toBe(first);
  });
});
