import { writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Clock, NewId } from "./core/ports/clock.ts";
import type { Store } from "./core/ports/store.ts";
import { newPerson } from "./fleet/people.ts";
import { newToken } from "./fleet/tokens.ts";
import { digest, newSecret } from "./secrets/secrets.ts";

/** The file of the person who runs the hub, and the one that `thopter mcp` uses. */
const tokenFiles = { person: "token", agent: "agent-token" } as const;

/**
 * Makes whoever runs the hub its first admin, with a person's token for the command line and an
 * agent's for `thopter mcp`, each in a file of the data directory that only they can read. Does
 * nothing when there is anyone already.
 */
export async function prepareFirstTokens(ports: {
  store: Store;
  clock: Clock;
  newId: NewId;
  directory: string;
}): Promise<void> {
  const { store, directory } = ports;
  if ((await store.list("person", { limit: 1 })).length > 0) return;
  const makers = {
    ...ports,
    newSecret,
    digest,
  };
  const person = newPerson(ports, userInfo().username, "admin");
  const own = newToken(makers, {
    kind: "person",
    label: "this machine",
    role: "admin",
    personId: person.id,
  });
  const agent = newToken(makers, {
    kind: "agent",
    label: "thopter mcp",
    role: "operator",
    personId: person.id,
  });
  // The files come first: a crash in between leaves files that open nothing, and new ones next time.
  await writeFile(join(directory, tokenFiles.person), `${own.secret}\n`, { mode: 0o600 });
  await writeFile(join(directory, tokenFiles.agent), `${agent.secret}\n`, { mode: 0o600 });
  await store.commit([
    { kind: "person", record: person },
    { kind: "token", record: own.token },
    { kind: "token", record: agent.token },
  ]);
}
