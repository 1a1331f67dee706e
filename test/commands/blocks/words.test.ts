import { describe, expect, it } from "vitest";
import { answerButtons, cancelButton, retryButton } from "../../../commands/blocks/actions.ts";
import { approvalMessage } from "../../../commands/blocks/approval.ts";
import { actions, paragraphs } from "../../../commands/blocks/elements.ts";
import { needsCount } from "../../../commands/blocks/plan.ts";
import { stepsBlock } from "../../../commands/blocks/steps.ts";
import { code, listed, timeOf } from "../../../commands/blocks/words.ts";
import type { Plan, PlanItem } from "../../../src/core/plan.ts";
import type { ApprovalView, OperationView } from "../../../src/core/ports/fleet.ts";
import { repositoryWords } from "../../../src/core/words.ts";
import { makeOperation } from "../../core/records.ts";
import { buttonsIn, textIn } from "../recording-ask.ts";

const now = 1_700_000_000_000;
const clean: PlanItem = {
  thopterId: "t",
  name: "jade-owl",
  ownerId: "ann",
  ownerName: "ann",
  provider: "local",
  status: "ready",
  ageMs: 1000,
  unsaved: { state: "no", commits: 0, files: 0 },
  lineage: true,
};

function planOf(number: number, patch: Partial<PlanItem> = {}, force = false): Plan {
  const items = Array.from({ length: number }, () => ({ ...clean, ...patch }));
  return { items, force, reason: "", madeAt: now };
}

describe("words in Slack", () => {
  it("name a few and count the rest", () => {
    expect(listed([])).toBe("");
    expect(listed(["a"])).toBe("a");
    expect(listed(["a", "b", "c"])).toBe("a, b and c");
    expect(listed(["a", "b", "c", "d", "e", "f", "g"])).toBe("a, b, c, d, e and 2 more");
    expect(textIn({ blocks: paragraphs(["a", "b", "c"], { lines: 2 }) })).toBe("a\nb\nand 1 more");
  });

  it("keep code in one piece, whatever is in it", () => {
    expect(code("a`b` <!here> *c* d_e")).toBe("`a'b' &lt;!here&gt; *c* d_e`");
    expect(code(" ")).toBe("");
  });

  it("say a repository as people do", () => {
    expect(repositoryWords("https://github.com/o/r.git")).toBe("o/r");
    expect(repositoryWords("git@github.com:o/r.git")).toBe("o/r");
    expect(repositoryWords("https://example.org/o/r.git")).toBe("https://example.org/o/r.git");
  });

  it("give a moment in the reader's own time", () => {
    expect(timeOf(now + 999, "in <5> | min")).toBe(`<!date^1700000000^{time}|in &lt;5&gt;   min>`);
  });
});

describe("a row of buttons", () => {
  it("never holds one id twice, and is no block where it is empty", () => {
    expect(actions()).toEqual([]);
    const rows = actions(retryButton("a"), cancelButton("b"), undefined, retryButton("c"));
    const ids = rows.map((row) =>
      row.type === "actions" ? row.elements.map((one) => one.action_id) : [],
    );
    expect(ids).toEqual([["th:retry", "th:cancel"], ["th:retry"]]);
  });
});

describe("what has to be counted", () => {
  it("is ten or more, unsaved or unknown work, and force", () => {
    expect(needsCount(planOf(9))).toBe(false);
    expect(needsCount(planOf(10))).toBe(true);
    expect(needsCount(planOf(1, {}, true))).toBe(true);
    for (const state of ["yes", "unknown"] as const) {
      expect(needsCount(planOf(2, { unsaved: { state, commits: 0, files: 0 } }))).toBe(true);
    }
  });
});

describe("an approval's message", () => {
  const people = {
    accountOf: (id: string) => (id === "ann" ? { teamId: "T1", userId: "U1" } : undefined),
    nameOf: (id: string) => id,
  };
  const approval: ApprovalView = {
    id: "secret",
    version: 1,
    status: "pending",
    plan: { ...planOf(2), reason: "I was told to" },
    planHash: "h",
    requestedBy: { kind: "agent", personId: "ann", tokenId: "t" },
    front: "mcp",
    deciders: ["ann"],
    askerMayDecide: false,
    why: "2 thopters at once",
    createdAt: now,
    expiresAt: now + 600_000,
    operationIds: [],
    askedByName: "an agent of ann",
    mayDecide: true,
  };

  it("has the hub's facts above the quoted reason, who may decide, and until when", () => {
    const shown = approvalMessage(approval, people, now);
    expect(textIn(shown)).toMatch(
      /^Destroy 2 thopters\?\nAsked by an agent of ann: 2 thopters at once\..*jade-owl.*in the asker's words:\nI was told to\n<@U1> or an admin may decide. It expires at .*, in 10 min/s,
    );
    expect([...buttonsIn(shown).keys()]).toEqual(["Destroy", "Keep"]);
  });

  it("has no buttons once it is decided or over", () => {
    for (const patch of [
      { status: "approved", decidedBy: "ann" },
      { status: "denied", decidedBy: "ann" },
      { status: "expired" },
      { expiresAt: now },
    ] as const) {
      const shown = approvalMessage({ ...approval, ...patch }, people, now);
      expect(buttonsIn(shown).size).toBe(0);
      expect(textIn(shown)).toMatch("decidedBy" in patch ? /by <@U1>/ : /Nobody decided in time/);
    }
  });

  it("asks for the number where one press is too little", () => {
    const shown = approvalMessage({ ...approval, plan: planOf(12) }, people, now);
    expect([...buttonsIn(shown).values()].map((one) => one.action_id)).toEqual([
      "th:approve-typed",
      "th:deny",
    ]);
  });
});

describe("the steps of an operation", () => {
  const made: OperationView = {
    ...makeOperation({ thopterName: "jade-owl" }),
    explanation: "It waits.",
  };

  it("are tasks that wait, run, are done or went wrong", () => {
    const steps = (["running", "succeeded", "skipped", "failed"] as const).map((status) => ({
      name: status,
      status,
      startedAt: now,
    }));
    const { tasks = [] } = stepsBlock({ ...made, status: "running", steps }, now);
    expect(tasks.map((task) => task["status"])).toEqual([
      "in_progress",
      "complete",
      "complete",
      "error",
    ]);
  });

  it("say above which of how many runs, where that is known", () => {
    const steps = [{ name: "clone-it", status: "running" as const, startedAt: now }];
    const stepCount = { number: 3, done: 2, total: 9 };
    const running: OperationView = { ...made, status: "running", steps };
    expect(stepsBlock({ ...running, stepCount }, now).title).toBe("Step 3 of 9, clone-it");
    expect(stepsBlock(running, now).title).toBe("Clone-it");
  });

  it("say why it waits before the first one", () => {
    const { tasks = [] } = stepsBlock({ ...made, status: "queued", steps: [] }, now);
    expect(tasks).toMatchObject([{ status: "pending" }]);
    expect(JSON.stringify(tasks)).toContain("It waits.");
  });
});

describe("the buttons of a question", () => {
  it("carry the thopter and the hash, and a form takes what has no button", () => {
    const of = (choices?: string[]) =>
      answerButtons("T", { text: "?", hash: "h", ...(choices === undefined ? {} : { choices }) });
    const ids = (choices?: string[]) => of(choices).map((one) => one.action_id);
    expect(ids(["a", "b"])).toEqual(["th:answer:0", "th:answer:1"]);
    expect(ids()).toEqual(["th:answer-text"]);
    expect(ids([])).toEqual(["th:answer-text"]);
    expect(ids(Array.from({ length: 11 }, (_, index) => `${index}`))).toHaveLength(11);
    expect(new Set(of(["a", "b"]).map((one) => one.value))).toEqual(new Set(["T|h"]));
  });
});
