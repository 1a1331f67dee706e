import { createHash } from "node:crypto";
import type { MachineTags } from "../../core/ports/provider.ts";
import type { FlyMachine } from "./answers.ts";
import { publicPortOf } from "./identity.ts";

const first = 20_000;
const count = 20_000;
/** Enough for what is being created; what stands is in the list. */
const mostRemembered = 1000;

/**
 * Gives each machine a port of its own at its app's public address: behind one port Fly's proxy would
 * choose among all machines. Answers the same for the same thopter.
 */
export type PublicPorts = (tags: MachineTags, standing: readonly FlyMachine[]) => number;

export function createPublicPorts(): PublicPorts {
  const given = new Map<string, number>();

  return (tags, standing) => {
    const key = JSON.stringify([tags.hub, tags.thopter]);
    const known = given.get(key);
    if (known !== undefined) return known;
    const taken = new Set([...given.values(), ...standing.map(publicPortOf)]);
    const start = createHash("sha256").update(key).digest().readUInt32BE() % count;
    let step = 0;
    while (taken.has(first + ((start + step) % count)) && step < count) step += 1;
    const port = first + ((start + step) % count);
    given.set(key, port);
    const [oldest] = given.keys();
    if (given.size > mostRemembered && oldest !== undefined) given.delete(oldest);
    return port;
  };
}
