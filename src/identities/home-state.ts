import { z } from "zod";

const state = z.record(z.string(), z.unknown());

/** What Claude Code keeps there of what it did where, and of whom. */
const past = ["projects", "history", "customApiKeyResponses", "oauthAccount", "githubRepoPaths"];

/** Claude Code's own file of settings and state, without what it did before. */
export function withoutHistory(content: Buffer): Buffer {
  const kept = Object.entries(read(content)).filter(([name]) => !past.includes(name));
  return Buffer.from(`${JSON.stringify(Object.fromEntries(kept), undefined, 2)}\n`);
}

function read(content: Buffer): Record<string, unknown> {
  try {
    return state.safeParse(JSON.parse(content.toString("utf8"))).data ?? {};
  } catch {
    // Nothing that Claude Code could read either.
    return {};
  }
}
