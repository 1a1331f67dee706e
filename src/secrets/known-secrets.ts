import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "../core/ports/clock.ts";
import type { Redactor } from "../core/redact.ts";
import { isMissing } from "../core/system-error.ts";
import { writeDurably } from "../shell/durable-files.ts";
import { sealBytes, unsealBytes } from "./sealed-bytes.ts";

/** How long a secret that no hub knows any more is still kept out of logs and screens, in milliseconds. */
const retiredForMs = 90 * 24 * 60 * 60_000;
const mostRetired = 500;
const longestKept = 64 * 1024;
const purpose = "known secrets";

const schema = z.array(z.strictObject({ secret: z.string(), retiredAt: z.number().optional() }));

/** The secrets of earlier hubs: machines may hold what was replaced while no hub ran. */
export type KnownSecrets = {
  /** What nobody has told the redactor of by now counts as replaced, from the first start that lacks it. */
  settle(): Promise<void>;
  /** Resolves once what was learned is on the disk, or was reported. */
  idle(): Promise<void>;
};

type Ports = {
  directory: string;
  key: Buffer;
  clock: Clock;
  redact: Redactor;
  report: (error: unknown, about: string) => void;
};

/** Keeps all secrets that the redactor learns, sealed in one file, and tells it of those of earlier hubs. */
export async function openKnownSecrets(ports: Ports): Promise<KnownSecrets> {
  const { directory, key, clock, redact, report } = ports;
  const path = join(directory, "known-secrets");
  const retired = new Map<string, number | undefined>();
  const current = new Set<string>();
  let [isReady, isTelling] = [false, false];
  let isWaiting = false;
  let writing = Promise.resolve();

  async function load(): Promise<void> {
    try {
      const opened = unsealBytes(key, purpose, await readFile(path));
      for (const { secret, retiredAt } of schema.parse(JSON.parse(opened.toString("utf8")))) {
        const isOld = (retiredAt ?? Infinity) <= clock.now() - retiredForMs;
        if (!isOld && !current.has(secret)) retired.set(secret, retiredAt);
      }
    } catch (error) {
      // The hub knows its present secrets without it.
      if (!isMissing(error)) report(error, "the secrets of earlier hubs");
    }
  }

  async function write(): Promise<void> {
    isWaiting = false;
    const before = [...retired].toSorted(([, a = Infinity], [, b = Infinity]) => b - a);
    const all = [
      ...[...current].map((secret) => ({ secret })),
      ...before.slice(0, mostRetired).map(([secret, retiredAt]) => ({ secret, retiredAt })),
    ];
    const sealed = sealBytes(key, purpose, Buffer.from(JSON.stringify(all)));
    await writeDurably(path, sealed);
  }

  /** One write at a time, and one for all that came meanwhile. */
  function writeSoon(): void {
    if (isWaiting) return;
    isWaiting = true;
    writing = writing
      .then(write)
      .catch((error: unknown) => report(error, "keeping what the redactor knows"));
  }

  function learned(secrets: readonly string[]): void {
    const fresh = secrets.filter((one) => !current.has(one) && one.length <= longestKept);
    for (const secret of fresh) {
      current.add(secret);
      retired.delete(secret);
    }
    if (fresh.length > 0 && isReady) writeSoon();
  }

  redact.onLearn((secrets) => {
    // Those of earlier hubs count as present when someone else tells of them.
    if (!isTelling) learned(secrets);
  });
  await load();
  isTelling = true;
  redact.learn([...retired.keys()]);
  isTelling = false;
  isReady = true;
  return {
    async settle() {
      for (const [secret, at] of retired) retired.set(secret, at ?? clock.now());
      writeSoon();
      await writing;
    },
    idle: () => writing,
  };
}
