import type { EnvFile } from "../env-file.ts";
import type { AgentChoice } from "./agents.ts";
import type { InitChecks } from "./checks.ts";
import type { Draft } from "./draft.ts";
import type { Talk } from "./talk.ts";

/** What the questions of init work with. */
export type Init = { talk: Talk; draft: Draft; checks: InitChecks };

export type InitParts = { draft: Draft; file: EnvFile; checks: InitChecks };

/** What the command line has decided already. */
export type Fixed = { provider?: string; agent?: AgentChoice };
