import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { servicesOf } from "../../../src/providers/fly/reach.ts";
import { flyHarness, requestOf, signal } from "./fly-harness.ts";
import { deviations, parseOpenApi, type Exchange } from "./openapi.ts";

/** Fly's own document lies beside the repository where there is one. */
const file = fileURLToPath(
  new URL("../../../../shared/reference/fly-machines.openapi.json", import.meta.url),
);

/** Where the document is known to be wrong, and what says so. */
const knownToBeWrong: readonly (readonly [RegExp, string])[] = [
  [/lease 201\.(status|data): unknown/, "a lease comes in an envelope (docs, Fly's Go client)"],
  [/wait \?state: not one of the enum/, "states may be listed with commas (its own description)"],
  [/\.attached_machine_id: no "string"/, "null while a volume is free (Fly's Go client)"],
  [/ (404|408|409|412|422|429): unknown/, "answers of which the document says nothing (docs)"],
];

async function exchanges(): Promise<Exchange[]> {
  const seen: Exchange[] = [];
  const { provider, api, simulator } = flyHarness(
    { onExchange: (exchange) => void seen.push(exchange) },
    {
      volumes: { sizeGb: 1, spare: 0 },
      machine: {
        image: "registry.fly.io/fleet:agent",
        guest: { cpu_kind: "shared", cpus: 1, memory_mb: 512 },
        ...{ swapMb: 512, env: { MODE: "agent" } },
        files: () => [{ path: "/etc/ssh/key", content: "secret", mode: 0o600 }],
        services: servicesOf({ kind: "tls", app: "fleet", sshPort: 2222 }) ?? (() => []),
      },
    },
  );
  const { id } = await provider.create(requestOf("lost-answer"), signal);
  await expect.poll(async () => (await provider.get(id, signal))?.status).toBe("running");
  await api.exec(id, ["true"], signal);
  await provider.stop(id, signal);
  await provider.start(id, signal);
  await api.checkApp(signal);
  await api.listRegions(signal);
  await api.setMetadata(id, { key: "thopter_operation", value: "a later one" }, signal);
  simulator.faults.add({ kind: "no-region" });
  await expect(provider.create(requestOf("calm-otter"), signal)).rejects.toThrow(/no room/);
  await provider.list("hub-1", signal);
  await provider.destroy(id, signal);
  await expect(api.wait(id, { states: ["started"], seconds: 1 }, signal)).resolves.toBeUndefined();
  return seen;
}

it.skipIf(!existsSync(file))(
  "requests and answers are as Fly's document says, but where it is known to be wrong",
  async () => {
    const document = parseOpenApi(readFileSync(file, "utf8"));
    const all = (await exchanges()).flatMap((exchange) => deviations(document, exchange));
    const unknown = all.filter((words) => !knownToBeWrong.some(([pattern]) => pattern.test(words)));
    expect([...new Set(unknown)]).toEqual([]);
    for (const [pattern, why] of knownToBeWrong) {
      expect(
        all.some((words) => pattern.test(words)),
        why,
      ).toBe(true);
    }
  },
);
