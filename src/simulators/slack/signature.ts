import { createHmac } from "node:crypto";

/** The headers by which an app knows that a request is Slack's: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signatureHeaders(
  secret: string,
  body: string,
  atSeconds: number,
): Record<string, string> {
  const text = `v0:${String(atSeconds)}:${body}`;
  const digest = createHmac("sha256", secret).update(text).digest("hex");
  return {
    "x-slack-request-timestamp": String(atSeconds),
    "x-slack-signature": `v0=${digest}`,
  };
}
