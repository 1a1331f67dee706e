import { createHash } from "node:crypto";
import type { UserErrorCode } from "../core/errors.ts";
import { UserError } from "../core/errors.ts";
import { operationIs } from "../core/operation.ts";
import type { OperationView, ProvisionRequest, ThopterView } from "../core/ports/fleet.ts";
import { operationWords } from "../core/words.ts";
import { CommandFailed } from "./command.ts";
import type { CommandContext } from "./command.ts";
import { followOperations } from "./follow.ts";
import type { HubClient } from "./hub-client.ts";
import { oneLine, toJson } from "./shown-text.ts";

/** What became of one of many requests. */
type Outcome =
  | { outcome: "new" | "joined" | "repeated"; thopter: ThopterView; operation: OperationView }
  | {
      outcome: "refused";
      name?: string;
      task: string;
      error: { code: UserErrorCode; message: string };
    };

type Options = {
  wait: boolean;
  json: boolean | undefined;
  /** How to ask for what is missing, in words. */
  again: string;
};

/**
 * Gives each request without a key one of its own, made from what it asks for: the same requests
 * again have the same keys, and alike ones among them are told apart by their number.
 */
export function withKeys(
  requests: readonly ProvisionRequest[],
  prefix: string,
): ProvisionRequest[] {
  const seen = new Map<string, number>();
  return requests.map((request) => {
    if (request.key !== undefined) return request;
    const digest = createHash("sha256").update(JSON.stringify(request)).digest("hex").slice(0, 32);
    const number = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, number);
    return { ...request, key: `${prefix}:${digest}:${number}` };
  });
}

/** Asks for each in turn; one that is refused holds up no other. Throws CommandFailed unless all came about. */
export async function provisionMany(
  context: CommandContext,
  client: HubClient,
  { requests, ...options }: Options & { requests: readonly ProvisionRequest[] },
): Promise<void> {
  const outcomes: Outcome[] = [];
  try {
    for (const request of requests) {
      context.signal.throwIfAborted();
      outcomes.push(await askFor(client, request));
    }
  } catch (error) {
    const asked = `Asked for ${outcomes.length} of ${requests.length} so far.`;
    context.terminal.note(`${asked} ${options.again}`);
    throw error;
  }
  const settled = options.wait ? await settle(context, client, outcomes) : outcomes;
  if (options.json === true)
    context.terminal.print(toJson({ items: settled, counts: countsOf(settled) }));
  else show(context, settled);
  failUnlessGood(settled, options);
}

async function askFor(client: HubClient, request: ProvisionRequest): Promise<Outcome> {
  try {
    return await client.call("provision", request);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { name, task } = request;
    const { code, message } = error;
    return {
      outcome: "refused",
      ...(name !== undefined && { name }),
      task,
      error: { code, message },
    };
  }
}

/** The same once their operations have finished. */
async function settle(
  context: CommandContext,
  client: HubClient,
  outcomes: readonly Outcome[],
): Promise<Outcome[]> {
  const ids = outcomes.flatMap((one) => (one.outcome === "refused" ? [] : [one.operation.id]));
  if (ids.length === 0) return [...outcomes];
  const finished = await followOperations(client, [...new Set(ids)], context);
  return outcomes.map((one) => {
    if (one.outcome === "refused") return one;
    const operation = finished.find(({ id }) => id === one.operation.id);
    return operation === undefined ? one : { ...one, operation };
  });
}

function countsOf(outcomes: readonly Outcome[]): {
  new: number;
  repeated: number;
  refused: number;
} {
  const count = (...kinds: readonly Outcome["outcome"][]): number =>
    outcomes.filter(({ outcome }) => kinds.includes(outcome)).length;
  return { new: count("new"), repeated: count("joined", "repeated"), refused: count("refused") };
}

function show({ terminal }: CommandContext, outcomes: readonly Outcome[]): void {
  terminal.table(["THOPTER", "REQUEST", "NOW"], outcomes.map(rowOf));
  const counts = countsOf(outcomes);
  const parts = [
    `${counts.new} new`,
    counts.repeated === 0 ? "" : `${counts.repeated} asked for before`,
    counts.refused === 0 ? "" : `${counts.refused} refused`,
  ];
  terminal.note(`${parts.filter((part) => part !== "").join(", ")}.`);
}

function rowOf(outcome: Outcome): string[] {
  if (outcome.outcome === "refused")
    return [outcome.name ?? "", "refused", oneLine(outcome.error.message)];
  const { thopter, operation } = outcome;
  const request = outcome.outcome === "new" ? "new" : "asked for before";
  return [thopter.name, request, operationWords(operation)];
}

function failUnlessGood(outcomes: readonly Outcome[], { again }: Options): void {
  const refused = outcomes.filter(({ outcome }) => outcome === "refused").length;
  const failed = outcomes.filter(hasFailed).length;
  if (refused + failed === 0) return;
  const words = `Of ${outcomes.length}: ${refused} refused, ${failed} failed.`;
  throw new CommandFailed(refused === 0 ? words : `${words} ${again}`);
}

function hasFailed(one: Outcome): boolean {
  if (one.outcome === "refused") return false;
  return operationIs.finished(one.operation) && one.operation.status !== "succeeded";
}
