import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ProviderError, UserError } from "../../src/core/errors.ts";
import type { Agent, AgentSession, LaunchRequest } from "../../src/core/ports/agent.ts";
import type { AgentState, Question } from "../../src/core/thopter.ts";

export type AgentUnderTest = {
  /**
   * Its program says "ready", then notes each line it is told; told "end <code>" it ends with that
   * code, told "ask" it asks "Overwrite it?", Yes or No, and told "ask freely" it asks "Which name?".
   */
  agent: Agent;
  /** The same kind of agent, whose program says "no login" and ends with 1 at once. */
  broken: Agent;
  session: AgentSession;
  request: LaunchRequest;
  /** The lines it noted, each with its newline. */
  heard: () => string;
  /** How it gets a text that would have been a command; with a space in front when absent. */
  kept?: (text: string) => string;
};

const soon = { timeout: 12_000, interval: 100 };

/** What every agent does. `create` is called within a test, on a machine of its own. */
export function describeAgentContract(name: string, create: () => Promise<AgentUnderTest>): void {
  const signal = () => new AbortController().signal;

  async function open(): Promise<AgentUnderTest> {
    const under = await create();
    onTestFinished(() => under.agent.stop(under.session, signal()));
    return under;
  }

  async function launched(): Promise<AgentUnderTest> {
    const under = await open();
    await under.agent.launch(under.session, under.request, signal());
    await under.agent.verify(under.session, signal());
    return under;
  }

  function tell({ agent, session }: AgentUnderTest, text: string, extra = {}): Promise<void> {
    const request = { text, raw: false, interrupt: false, ...extra };
    return agent.tell(session, request, signal());
  }

  async function statusOf({ agent, session }: AgentUnderTest): Promise<string> {
    return (await agent.state(session, signal())).status;
  }

  async function endWith(under: AgentUnderTest, code: number): Promise<void> {
    await tell(under, `end ${code}`);
    await expect.poll(() => statusOf(under), soon).toBe(code === 0 ? "done" : "crashed");
  }

  function follow({ agent, session }: AgentUnderTest) {
    const controller = new AbortController();
    const states: AgentState[] = [];
    const ended = agent.follow(session, (state) => states.push(state), controller.signal);
    onTestFinished(async () => {
      controller.abort();
      await ended;
    });
    return { states, ended, stop: () => controller.abort() };
  }

  describe(`${name}: launching`, () => {
    it("is gone before", async () => {
      expect(await statusOf(await open())).toBe("gone");
    });

    it("starts the program and verifies that it lives", async () => {
      const under = await launched();
      const show = () => under.agent.screen(under.session, { history: false }, signal());
      await expect.poll(show, soon).toContain("ready");
      await expect.poll(() => statusOf(under), soon).toBe("idle");
    });

    it("adopts the one that runs instead of starting a second", async () => {
      const under = await launched();
      await tell(under, "first");
      await expect.poll(under.heard, soon).toBe("first\n");
      await under.agent.launch(under.session, under.request, signal());
      await under.agent.verify(under.session, signal());
      await tell(under, "second");
      await expect.poll(under.heard, soon).toBe("first\nsecond\n");
      const all = await under.agent.screen(under.session, { history: true }, signal());
      expect(all.match(/ready/g)).toHaveLength(1);
    });

    it("does not verify one that ended, and gives its last words", async () => {
      const { broken, session, request } = await open();
      await broken.launch(session, request, signal());
      const verified = broken.verify(session, signal());
      await expect(verified).rejects.toThrow(ProviderError);
      await expect(verified).rejects.toThrow(/: it ended with exit code 1$/);
      await expect(verified).rejects.toMatchObject({
        cause: { message: expect.stringContaining("no login") as string },
      });
    });

    it("does not verify what was never launched", async () => {
      const { agent, session } = await open();
      await expect(agent.verify(session, signal())).rejects.toThrow(ProviderError);
    });

    it("launches anew where one crashed", async () => {
      const under = await open();
      await under.broken.launch(under.session, under.request, signal());
      await expect.poll(() => statusOf(under), soon).toBe("crashed");
      await under.agent.launch(under.session, under.request, signal());
      await under.agent.verify(under.session, signal());
    });
  });

  describe(`${name}: its state`, () => {
    it("is done after an end with 0, and such an end verifies", async () => {
      const under = await launched();
      await endWith(under, 0);
      await under.agent.verify(under.session, signal());
      expect(await under.agent.state(under.session, signal())).toMatchObject({ exitCode: 0 });
      await under.agent.launch(under.session, under.request, signal());
      expect(await statusOf(under)).toBe("done");
    });

    it("is crashed after any other end, with the exit code", async () => {
      const under = await launched();
      await endWith(under, 42);
      expect(await under.agent.state(under.session, signal())).toMatchObject({ exitCode: 42 });
    });

    it("is followed from idle to working, idle, done and gone", async () => {
      const under = await launched();
      await expect.poll(() => statusOf(under), soon).toBe("idle");
      const { states, ended } = follow(under);
      const statuses = () => states.map(({ status }) => status);
      await expect.poll(statuses, soon).toEqual(["idle"]);
      await tell(under, "something");
      await expect.poll(statuses, soon).toEqual(["idle", "working", "idle"]);
      await tell(under, "end 0");
      await expect.poll(() => statuses().at(-1), soon).toBe("done");
      await under.agent.stop(under.session, signal());
      await ended;
      expect(statuses().at(-1)).toBe("gone");
      const times = states.map(({ since }) => since);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(Math.abs(Date.now() - (times.at(-1) ?? 0))).toBeLessThan(60_000);
    });

    it("is no longer followed after an abort", async () => {
      const under = await launched();
      const { states, ended, stop } = follow(under);
      await expect.poll(() => states.length, soon).toBeGreaterThan(0);
      stop();
      await ended;
      expect(await statusOf(under)).not.toBe("gone");
    });

    it("is followed to its end when there is nothing to follow", async () => {
      const { states, ended } = follow(await open());
      await ended;
      expect(states.map(({ status }) => status)).toEqual(["gone"]);
    });
  });

  describe(`${name}: telling it`, () => {
    it("keeps the order of many tells, and each Enter", async () => {
      const under = await launched();
      const texts = Array.from({ length: 15 }, (_, index) => `line ${index} "q" 'r' $HOME 🚁`);
      for (const text of texts) await tell(under, text);
      await expect.poll(under.heard, soon).toBe(texts.map((text) => `${text}\n`).join(""));
    });

    it("keeps a leading ! or / from being a command, unless raw", async () => {
      const under = await launched();
      await tell(under, "/clear");
      await tell(under, "!rm -rf /");
      await tell(under, "a /b !c");
      await tell(under, "\u001b[31m\u0007/hidden");
      await tell(under, "/raw", { raw: true });
      const { kept = (text) => ` ${text}` } = under;
      const heard = [kept("/clear"), kept("!rm -rf /"), "a /b !c", kept("/hidden"), "/raw"];
      await expect.poll(under.heard, soon).toBe(heard.map((line) => `${line}\n`).join(""));
    });

    it("strips control characters even from a raw text", async () => {
      const under = await launched();
      await tell(under, "a\u0003\u0004\u001a\u001b[201~b", { raw: true });
      await expect.poll(under.heard, soon).toBe("ab\n");
      expect(await statusOf(under)).not.toBe("crashed");
    });

    it.each([
      ["done", 0],
      ["crashed", 5],
    ])("refuses when it is %s", async (_name, code) => {
      const under = await launched();
      await endWith(under, code);
      const refused = tell(under, "anyone?");
      await expect(refused).rejects.toThrow(UserError);
      await expect(refused).rejects.toThrow(`exit code ${code}`);
    });

    it("refuses when it is gone", async () => {
      const refused = tell(await open(), "anyone?");
      await expect(refused).rejects.toThrow(UserError);
      await expect(refused).rejects.toThrow("gone");
    });
  });

  describe(`${name}: its questions`, () => {
    async function asking(
      under: AgentUnderTest,
      how: "ask" | "ask freely" = "ask",
    ): Promise<Question> {
      await tell(under, how);
      return opened(under);
    }

    async function opened({ agent, session }: AgentUnderTest): Promise<Question> {
      return vi.waitFor(async () => {
        const { status, question } = await agent.state(session, signal());
        if (question === undefined) throw new Error(`It is ${status} and asks nothing`);
        expect(status).toBe("waiting");
        return question;
      }, soon);
    }

    function answer({ agent, session }: AgentUnderTest, hash: string, text: string): Promise<void> {
      return agent.answer(session, { hash, text }, signal());
    }

    async function conflict(work: Promise<unknown>): Promise<string> {
      const error = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (!(error instanceof UserError)) throw new Error("It was not refused", { cause: error });
      expect(error.code).toBe("conflict");
      return error.message;
    }

    it("show with their choices in what is followed, and are gone once answered", async () => {
      const under = await launched();
      const { states } = follow(under);
      const { hash, text, choices } = await asking(under);
      expect({ text, choices }).toEqual({ text: "Overwrite it?", choices: ["Yes", "No"] });
      const questions = () => states.filter(({ question }) => question?.hash === hash);
      await expect.poll(questions, soon).toHaveLength(1);
      await answer(under, hash, "No");
      await expect.poll(under.heard, soon).toBe("ask\nNo\n");
      await expect.poll(() => states.at(-1)?.status, soon).toBe("idle");
      expect(questions()).toHaveLength(1);
    });

    it("stay open over what it writes meanwhile, and over a new look", async () => {
      const under = await launched();
      const { hash } = await asking(under);
      const { states, stop } = follow(under);
      await expect.poll(() => states.map(({ question }) => question?.hash), soon).toEqual([hash]);
      stop();
      expect(await opened(under)).toMatchObject({ hash });
    });

    it("are answered by their own hash alone, and once", async () => {
      const under = await launched();
      const first = await asking(under);
      expect(await conflict(answer(under, "another", "Yes"))).toContain('"Overwrite it?"');
      await answer(under, first.hash, "Yes");
      await expect.poll(under.heard, soon).toBe("ask\nYes\n");
      expect(await conflict(answer(under, first.hash, "Yes"))).toContain("it asks nothing now");
      // The same words once more are another question.
      const second = await asking(under);
      expect(second.hash).not.toBe(first.hash);
      expect(await conflict(answer(under, first.hash, "Yes"))).toContain("it asks something else");
      expect(under.heard()).toBe("ask\nYes\nask\n");
    });

    it("take one of several answers that come at once", async () => {
      const under = await launched();
      const { hash } = await asking(under);
      const given = await Promise.allSettled(
        Array.from({ length: 6 }, (_, index) => answer(under, hash, index % 2 ? "Yes" : "No")),
      );
      expect(given.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      await expect.poll(under.heard, soon).toMatch(/^ask\n(Yes|No)\n$/);
    });

    it("take nothing but one of the choices", async () => {
      const under = await launched();
      const { hash } = await asking(under);
      const refused = answer(under, hash, "Maybe");
      await expect(refused).rejects.toThrow(UserError);
      await expect(refused).rejects.toThrow('choose one of "Yes", "No"');
      await answer(under, hash, " Y\u0003es\n");
      await expect.poll(under.heard, soon).toBe("ask\nYes\n");
    });

    it("without choices take any one line, without control characters", async () => {
      const under = await launched();
      const { hash, choices } = await asking(under, "ask freely");
      expect(choices).toBeUndefined();
      await expect(answer(under, hash, " \n")).rejects.toThrow("say something");
      await answer(under, hash, "/a\u0004 b\n\u001b[201~c");
      await expect.poll(under.heard, soon).toBe("ask freely\n/a b c\n");
    });

    it("keep it from being told anything, interrupt or not", async () => {
      const under = await launched();
      const { hash } = await asking(under);
      expect(await conflict(tell(under, "Yes"))).toContain('"Overwrite it?"');
      expect(await conflict(tell(under, "stop", { interrupt: true }))).toContain("question");
      await answer(under, hash, "No");
      await tell(under, "go on");
      await expect.poll(under.heard, soon).toBe("ask\nNo\ngo on\n");
    });

    it("are closed by its end, and by a new start", async () => {
      const under = await launched();
      const { hash } = await asking(under);
      await under.agent.stop(under.session, signal());
      expect(await conflict(answer(under, hash, "Yes"))).toContain("gone");
      await under.agent.launch(under.session, under.request, signal());
      await under.agent.verify(under.session, signal());
      expect(await conflict(answer(under, hash, "Yes"))).toContain("it asks nothing now");
      await tell(under, "hello");
    });
  });

  describe(`${name}: starting it again`, () => {
    async function restarted(under: AgentUnderTest): Promise<void> {
      await under.agent.restart(under.session, under.request, signal());
      await under.agent.verify(under.session, signal());
    }

    const before: [string, (under: AgentUnderTest) => Promise<unknown>][] = [
      ["idle", async () => undefined],
      ["waiting", (under) => tell(under, "ask")],
      ["done", (under) => tell(under, "end 0")],
      ["crashed", (under) => tell(under, "end 3")],
      ["gone", ({ agent, session }) => agent.stop(session, signal())],
    ];
    it.each(before)("brings one that is %s back to life in its clone", async (status, make) => {
      const under = await launched();
      await expect.poll(() => statusOf(under), soon).toBe("idle");
      await make(under);
      await expect.poll(() => statusOf(under), soon).toBe(status);
      const already = under.heard();
      await restarted(under);
      await expect.poll(() => statusOf(under), soon).toBe("idle");
      expect((await under.agent.state(under.session, signal())).question).toBeUndefined();
      await tell(under, "hello again");
      await expect.poll(under.heard, soon).toBe(`${already}hello again\n`);
      // What runs is one program, and the terminal is its own.
      const all = await under.agent.screen(under.session, { history: true }, signal());
      expect(all.match(/ready/g)).toHaveLength(1);
    });

    it("is followed anew", async () => {
      const under = await launched();
      await restarted(under);
      const { states } = follow(under);
      await expect.poll(() => states.at(-1)?.status, soon).toBe("idle");
    });

    it("shows in its state when it ends again at once", async () => {
      const under = await launched();
      await under.broken.restart(under.session, under.request, signal());
      await expect.poll(() => statusOf(under), soon).toBe("crashed");
      await restarted(under);
    });
  });

  describe(`${name}: its transcript`, () => {
    it("has what was said, as a page", async () => {
      const { agent, session } = await launched();
      const said = async () => {
        const page = await agent.transcript(session, { maxBytes: 10_000 }, signal());
        return page.entries.map(({ role, text }) => `${role}: ${text}`).join("\n");
      };
      await expect.poll(said, soon).toMatch(/^agent: (.|\n)*ready/);
    });

    it("has no page of a name that it never gave", async () => {
      const { agent, session } = await launched();
      for (const page of ["", "1", "../../etc/passwd", "x".repeat(200)]) {
        const asked = agent.transcript(session, { before: page, maxBytes: 10_000 }, signal());
        await expect(asked, page).rejects.toThrow(UserError);
      }
    });
  });

  describe(`${name}: stopping`, () => {
    it("ends it, and may be repeated", async () => {
      const under = await launched();
      await under.agent.stop(under.session, signal());
      expect(await statusOf(under)).toBe("gone");
      await under.agent.stop(under.session, signal());
    });
  });
}
