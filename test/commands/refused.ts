import { expect } from "vitest";
import { isRecord, records, type Json } from "../../src/simulators/slack/json.ts";
import type { SlackSimulator } from "../../src/simulators/slack/simulator.ts";

/** Proves that Slack took every message, view and answer as it was; what a test had it refuse by a fault does not count. */
export function expectNothingRefused(slack: SlackSimulator): void {
  const refused = slack
    .calls()
    .filter(({ answer }) => isRefusedAsWrong(answer))
    .map(({ method, args, answer }) => `${method} ${JSON.stringify({ args, answer })}`);
  expect(refused, "Slack refused what it was sent").toEqual([]);
  const answers = slack.deliveries().flatMap(({ payload, outcome }) => {
    if (outcome.status !== "acknowledged" || outcome.body === undefined) return [];
    return problemsInAnswer(payload, outcome.body);
  });
  expect(answers, "Slack could not show an acknowledgement").toEqual([]);
}

const wrong = new Set(["invalid_blocks_format", "msg_too_long", "no_text"]);

/** The sentences that point at what is wrong come from the validator alone. */
function isRefusedAsWrong({ error, response_metadata: more }: Json): boolean {
  if (wrong.has(String(error))) return true;
  const isJudged = error === "invalid_blocks" || error === "invalid_arguments";
  return isJudged && JSON.stringify(more ?? "").includes("json-pointer");
}

function problemsInAnswer(payload: Json, body: Json): string[] {
  const shown = JSON.stringify(body);
  switch (payload["type"]) {
    case "view_submission": {
      const inputs = inputsOf(payload["view"]);
      const errors = Object.keys(isRecord(body["errors"]) ? body["errors"] : {});
      const areShown = errors.length > 0 && errors.every((id) => inputs.includes(id));
      return body["response_action"] === "errors" && areShown ? [] : [shown];
    }
    case "block_suggestion": {
      const { options } = body;
      return Array.isArray(options) && options.length <= 100 ? [] : [shown];
    }
    default:
      // Everything else is answered later, through its own address.
      return [shown];
  }
}

function inputsOf(view: unknown): string[] {
  return records(isRecord(view) ? view["blocks"] : [])
    .filter(({ type }) => type === "input")
    .map(({ block_id: id }) => String(id));
}
