import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startResponsesApi } from "../agents/responses-api.ts";
import { startHub } from "../hub/hub-kit.ts";
import { machinesIn } from "../hub/nothing-left.ts";
import { soon } from "./agent-thopter.ts";
import { apiKey } from "./codex-thopter.ts";
import { codexProgram } from "./install-codex.ts";

describe("a hub whose agent is Codex", () => {
  it("provisions, answers, survives a crash, tells, restarts and destroys", async () => {
    const api = await startResponsesApi();
    const hub = await startHub({
      env: {
        THOPTER_AGENT: "codex",
        THOPTER_CODEX_PROGRAM: codexProgram,
        THOPTER_CODEX_PERMISSIONS: "workspace-write",
        OPENAI_API_KEY: apiKey,
        OPENAI_BASE_URL: api.url,
      },
      secrets: [apiKey],
    });
    const { name, id } = await hub.ready({ task: "ask touch made.txt" });
    const look = () => hub.person.call("getThopter", { thopter: id });
    const status = async () => (await look()).agentState?.status;
    await expect.poll(status, soon).toBe("waiting");
    await hub.kill();
    await hub.start();
    const { question } = (await look()).agentState ?? {};
    expect(question).toMatchObject({ choices: ["Yes", "No"] });
    expect(question?.text).toContain("touch made.txt");
    const early = hub.person.call("tell", { thopter: id, text: "go on" });
    await expect(early).rejects.toMatchObject({ code: "conflict" });
    await hub.person.call("answer", { thopter: id, hash: question?.hash ?? "", text: "Yes" });
    await expect.poll(status, soon).toBe("idle");
    const [machine = ""] = machinesIn(hub.data);
    const clone = join(hub.data, "machines", machine, "home", "notes");
    expect(readFileSync(join(clone, "made.txt"), "utf8")).toBe("");
    await hub.person.call("tell", { thopter: id, text: "hold on" });
    await expect.poll(status, soon).toBe("working");
    api.release();
    await expect.poll(status, soon).toBe("idle");
    const last = async () => (await look()).lastMessage;
    await expect.poll(last, soon).toBe("Heard: hold on");
    await hub.person.call("restartAgent", { thopter: id });
    await hub.kill();
    await hub.start();
    await expect.poll(status, soon).toBe("idle");
    await hub.person.call("tell", { thopter: id, text: "four" });
    await expect.poll(last, soon).toBe("Heard: four");
    expect(api.requests.at(-1)).toMatchObject({ login: `Bearer ${apiKey}`, said: "four" });
    expect(api.requests.at(-1)?.body).toContain("Heard: hold on");
    const { entries } = await hub.person.call("transcript", { thopter: id, limit: 1000 });
    const told = entries.flatMap(({ role, text }) => (role === "person" ? [text] : []));
    expect(told).toEqual(["ask touch made.txt", "hold on", "four"]);
    // What it kept of its conversation makes no sense to it any more.
    const kept = join(hub.data, "machines", machine, "home", ".codex", "sessions");
    for (const file of readdirSync(kept, { recursive: true, encoding: "utf8" })) {
      if (file.endsWith(".jsonl")) writeFileSync(join(kept, file), "{}\n");
    }
    const anew = await hub.person.call("restartAgent", { thopter: id });
    expect(anew).toMatchObject({ beganAnew: "refused" });
    await expect.poll(status, soon).toBe("waiting");
    await hub.destroyed(name);
    expect(machinesIn(hub.data)).toEqual([]);
    await hub.end();
  });
});
