import { createHmac } from "node:crypto";
import { Agent, createServer, request } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { App, HTTPReceiver } from "@slack/bolt";
import { readConfig } from "../src/config.ts";
import { startHub } from "../src/hub.ts";
import { withDirectory } from "./rig.ts";
import { median } from "./row.ts";
import type { Row, Scale } from "./row.ts";

const signingSecret = "a-signing-secret-of-the-bench";

/** From a signed `/thopter help` to its acknowledgement, against a bare Bolt app that does nothing else. */
export async function measureSlackAck(scale: Scale): Promise<Row> {
  const calls = scale === "full" ? 1000 : 50;
  const slack = await serve(answerAsSlack);
  const bare = await startBare(slack.url);
  return withDirectory(async (directory) => {
    const hub = await startHub(
      readConfig({
        THOPTER_DATA_DIR: directory,
        THOPTER_PORT: "0",
        THOPTER_UNISOLATED: "I_UNDERSTAND",
        SLACK_BOT_TOKEN: "xoxb-bench",
        SLACK_SIGNING_SECRET: signingSecret,
        SLACK_API_URL: `${slack.url}/api/`,
      }),
    );
    const ours = new URL("/slack/events", hub.url).href;
    const ourTimes: number[] = [];
    const plainTimes: number[] = [];
    // In turns, so that a slow moment of the machine hits both.
    for (let call = 0; call < calls; call += 1) {
      ourTimes.push(await timeAck(ours, commandBody(slack.url)));
      plainTimes.push(await timeAck(bare.url, commandBody(slack.url)));
    }
    await hub.stop();
    bare.stop();
    slack.stop();
    const ratio = median(ourTimes) / median(plainTimes);
    return {
      claim: "`/thopter help` to its acknowledgement",
      measured: `p50 ${median(ourTimes).toFixed(2)} ms`,
      against: `a bare Bolt app: p50 ${median(plainTimes).toFixed(2)} ms`,
      ratio: `${ratio.toFixed(2)} x`,
      aim: "<= 1.5 x",
    };
  });
}

let count = 0;

function commandBody(slackUrl: string): string {
  count += 1;
  return new URLSearchParams({
    ...{ command: "/thopter", text: "help", team_id: "T01", user_id: "U01", channel_id: "C01" },
    trigger_id: `trigger-${count}`,
    response_url: `${slackUrl}/response/${count}`,
  }).toString();
}

const agent = new Agent({ keepAlive: true });

/** Milliseconds until the answer is there. */
function timeAck(url: string, body: string): Promise<number> {
  const at = Math.floor(Date.now() / 1000);
  const digest = createHmac("sha256", signingSecret).update(`v0:${at}:${body}`).digest("hex");
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "content-length": Buffer.byteLength(body),
    "x-slack-request-timestamp": String(at),
    "x-slack-signature": `v0=${digest}`,
  };
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers, agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`It answered ${response.statusCode}`));
      response.resume();
      response.on("end", () => resolve(performance.now() - began));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The smallest app that acknowledges the command, over the same receiver. */
async function startBare(slackUrl: string): Promise<{ url: string; stop(): void }> {
  const receiver = new HTTPReceiver({ signingSecret });
  const app = new App({
    receiver,
    token: "xoxb-bench",
    clientOptions: { slackApiUrl: `${slackUrl}/api/` },
  });
  app.command("/thopter", async ({ ack }) => ack());
  const { url, stop } = await serve(receiver.requestListener);
  return { url: `${url}/slack/events`, stop };
}

const answerAsSlack: RequestListener = (incoming, response) => {
  incoming.resume();
  response.setHeader("content-type", "application/json");
  response.end(incoming.url?.endsWith("/users.info") === true ? user : bot);
};

const bot = JSON.stringify({
  ok: true,
  team_id: "T01",
  team: "Bench",
  user_id: "UBOT",
  bot_id: "B01",
});
const user = JSON.stringify({
  ok: true,
  user: {
    id: "U01",
    team_id: "T01",
    name: "one",
    is_restricted: false,
    is_ultra_restricted: false,
  },
});

async function serve(listener: RequestListener): Promise<{ url: string; stop(): void }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
