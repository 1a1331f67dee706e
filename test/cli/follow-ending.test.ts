import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { nowhere, runHere } from "./run.ts";

/** A hub whose thopter has these states, one look after the other, and whose machine is away. */
async function hubWith(...states: ("ready" | "gone")[]): Promise<Record<string, string>> {
  let looks = 0;
  const server = createServer((request, response) => {
    request.resume();
    const status = states[Math.min(looks, states.length - 1)];
    const isLook = request.url?.endsWith("/api/waitForThopters") ?? false;
    if (isLook) looks++;
    const thopter = { id: "01J00000000000000000000000", name: "amber-falcon", status };
    const error = { code: "unavailable", message: "Cannot read its screen: it does not answer." };
    response
      .writeHead(isLook ? 200 : 503, { "content-type": "application/json" })
      .end(JSON.stringify(isLook ? { thopters: [thopter] } : { error }));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  const token = "thp_person_of-no-use";
  return { ...nowhere(), THOPTER_URL: `http://127.0.0.1:${port}`, THOPTER_TOKEN: token };
}

it("a thopter that goes between a look at its state and one at its screen is gone", async () => {
  const ran = await runHere(await hubWith("ready", "gone"), "screen", "amber-falcon", "-f");
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toMatch(/^amber-falcon: gone\n+$/);
});

it("a thopter that is there and whose screen cannot be read is an error", async () => {
  const ran = await runHere(await hubWith("ready"), "screen", "amber-falcon", "-f");
  expect(ran).toMatchObject({ code: 7, stdout: "" });
  expect(ran.stderr).toContain("it does not answer");
});
