import { describe, expect, it } from "vitest";
import { startMessagesApi } from "../agents/messages-api.ts";
import { startHub } from "../hub/hub-kit.ts";
import { soon } from "./agent-thopter.ts";
import { apiKey, message } from "./claude-thopter.ts";
import { claudeProgram } from "./install-claude.ts";

describe("a hub whose agent is Claude Code", () => {
  it("provisions, answers, survives a crash, tells and destroys", async () => {
    const api = await startMessagesApi();
    const hub = await startHub({
      env: {
        THOPTER_AGENT: "claude",
        THOPTER_CLAUDE_PROGRAM: claudeProgram,
        THOPTER_CLAUDE_PERMISSIONS: "default",
        ANTHROPIC_API_KEY: apiKey,
        ANTHROPIC_BASE_URL: api.url,
      },
      secrets: [apiKey],
    });
    const { name, id } = await hub.ready({ task: "run touch made.txt" });
    const look = () => hub.person.call("getThopter", { thopter: id });
    const status = async () => (await look()).agentState?.status;
    await expect.poll(status, soon).toBe("waiting");
    await hub.kill();
    await hub.start();
    const { question } = (await look()).agentState ?? {};
    expect(question?.choices).toEqual(["Yes", "No"]);
    const answer = { thopter: id, hash: question?.hash ?? "", text: "Yes" };
    await hub.person.call("answer", answer);
    await expect.poll(status, soon).toBe("idle");
    const texts = ["one", "two", "three"];
    await Promise.all(texts.map((text) => hub.person.call("tell", { thopter: id, text })));
    const said = () => api.requests.map(({ body }) => body).join("\n");
    for (const text of texts) await expect.poll(said, soon).toMatch(message(text));
    await expect.poll(status, soon).toBe("idle");
    const last = async () => (await look()).lastMessage;
    await expect.poll(last, soon).toMatch(/^Heard: /);
    await hub.person.call("restartAgent", { thopter: id });
    await hub.kill();
    await hub.start();
    await expect.poll(status, soon).toBe("idle");
    await hub.person.call("tell", { thopter: id, text: "four" });
    await expect.poll(said, soon).toMatch(message("four"));
    await expect.poll(last, soon).toBe("Heard: four");
    expect(api.requests.at(-1)?.body).toMatch(/"(?:text|content)":"three"/);
    const { entries } = await hub.person.call("transcript", { thopter: id, limit: 1000 });
    const told = entries.flatMap(({ role, text }) => (role === "person" ? text.split("\n") : []));
    expect(told).toEqual(expect.arrayContaining(["run touch made.txt", ...texts, "four"]));
    await hub.destroyed(name);
    await hub.end();
  });
});
