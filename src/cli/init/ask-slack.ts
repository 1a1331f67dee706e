import { appToken, botToken } from "../slack/credentials.ts";
import type { Credential } from "../slack/credentials.ts";
import type { Init } from "./parts.ts";
import { obtainSecret } from "./login.ts";
import { checkSlack, slackCredentials } from "./slack.ts";

/** Offers to connect Slack, by Socket Mode; "thopter slack setup" knows the other way. */
export async function askSlack(init: Init): Promise<void> {
  const { talk, draft } = init;
  const isThere = slackCredentials(draft.values()).length > 1;
  const choices = [
    { value: "skip", label: isThere ? "Keep it as it is" : "Not now" },
    { value: "connect", label: isThere ? "Set it up anew" : "Yes", hint: "with two tokens" },
  ] as const;
  const question = isThere ? "Slack is set up" : "Connect Slack?";
  if ((await talk.choose(question, choices, "skip")) === "skip") return;
  talk.say([
    "Make the app at https://api.slack.com/apps?new_app=1, unless you have it:",
    '"From a manifest", with what "thopter slack manifest" prints. Then install it.',
  ]);
  const before = { [botToken.name]: draft.get(botToken.name) };
  if (!(await obtain(init, botToken))) return;
  // One token without the other keeps the hub from starting.
  if (!(await obtain(init, appToken))) draft.set(before);
}

function obtain(init: Init, credential: Credential): Promise<boolean> {
  const { name, title, where } = credential;
  return obtainSecret(init, {
    ...{ name, title: `${title}, ${where}`, service: "Slack" },
    check: (values, signal) => checkSlack(credential, values, signal),
  });
}
