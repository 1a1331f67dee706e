import type { SlackOptions, SlackPorts } from "../ports.ts";

/** Answers through the address that Slack gives along with a request: at most five times, for half an hour. */
export type Responder = {
  /** False when it was not taken; the reason is no more than a status, for the address is a secret. */
  respond(url: string, content: Readonly<Record<string, unknown>>): Promise<boolean>;
};

const timeoutMs = 2500;

export function createResponder(
  { clock, report }: Pick<SlackPorts, "clock" | "report">,
  { apiUrl }: Pick<SlackOptions, "apiUrl">,
): Responder {
  async function post(url: string, content: Readonly<Record<string, unknown>>): Promise<number> {
    const abort = new AbortController();
    const cancel = clock.after(timeoutMs, () => abort.abort());
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(content),
        redirect: "error",
        signal: abort.signal,
      });
      await response.arrayBuffer();
      return response.status;
    } finally {
      cancel();
    }
  }

  return {
    async respond(url, content) {
      if (!isSlacks(url, apiUrl)) return false;
      try {
        const status = await post(url, content);
        return status >= 200 && status < 300;
      } catch {
        // What was thrown may name the address.
        report(new Error("Cannot answer through a response URL"), "an answer in Slack");
        return false;
      }
    },
  };
}

/** Nothing is sent to an address that is not Slack's, whoever signed for it. */
function isSlacks(url: string, apiUrl: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, protocol, hostname } = new URL(url);
  if (apiUrl !== undefined && URL.canParse(apiUrl)) return origin === new URL(apiUrl).origin;
  return protocol === "https:" && /(?:^|\.)slack(?:-gov)?\.com$/.test(hostname);
}
