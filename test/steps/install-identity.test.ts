import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "tar";
import { expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { leftOutOf } from "../../src/core/home-exclusions.ts";
import type { ChosenIdentities } from "../../src/core/ports/identities.ts";
import { cleanHome } from "../../src/identities/home-archive.ts";
import { createInstallIdentityStep } from "../../src/steps/install-identity.ts";
import { createSessions } from "../../src/steps/session.ts";
import { noIdentities } from "../no-identities.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { stepOf } from "./hub.ts";
import { read, startRealHub } from "./real-hub.ts";

const identity = { id: "i", name: "mine", digest: "d".repeat(64) };

async function homeWith(files: Record<string, string>): Promise<Uint8Array> {
  const cwd = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const chunks: Buffer[] = [];
  for await (const chunk of create({ cwd, gzip: true }, Object.keys(files))) chunks.push(chunk);
  return (await cleanHome(Buffer.concat(chunks), leftOutOf({}))).archive;
}

function keeping(home: Uint8Array): ChosenIdentities & { asked: (readonly string[])[] } {
  const asked: (readonly string[])[] = [];
  return {
    ...{ asked, logins: () => Promise.resolve({ A_KEY: "of-the-identity" }) },
    async home(_chosen, without) {
      asked.push(without);
      return home;
    },
  };
}

it("unpacks a home once, beside the clone, before the agent starts", async () => {
  const identities = keeping(await homeWith({ ".toolrc": "mine", ".mine": "x" }));
  const command = 'cat "$HOME/.toolrc" > saw; printf "%s" "$A_KEY" >> saw; exec sleep 1000';
  const hub = await startRealHub({ ports: { identities }, command });
  const { id, thopterId } = await hub.provision({ identity });
  const operation = await hub.ended(id);
  expect(stepOf(operation, "install-identity")).toMatchObject({
    ...{ status: "succeeded", note: "mine" },
  });
  const thopter = await hub.thopter(thopterId);
  const home = hub.homeOf(thopter);
  await expect.poll(() => existsSync(join(hub.cloneOf(thopter), "saw"))).toBe(true);
  await expect.poll(() => read(hub.cloneOf(thopter), "saw")).toBe("mineof-the-identity");
  expect(identities.asked).toEqual([[".thopter", "task.md", "gate"]]);
  expect(statSync(join(home, ".toolrc")).mode & 0o777).toBe(0o644);

  // The agent's own change is not undone by a step that runs again after a crash.
  writeFileSync(join(home, ".toolrc"), "changed");
  const sessions = createSessions({ providers: { local: hub.provider } });
  const step = createInstallIdentityStep({ sessions, identities });
  const withContext = { ...thopter, contextFiles: [`${home}/context/owner-gate-5.md`] };
  await step.run({
    ...{ operation, thopter: () => withContext, signal: new AbortController().signal },
    ...{ progress: () => undefined, record: () => Promise.resolve() },
    supersedeProvision: () => Promise.resolve(false),
  });
  expect(read(home, ".toolrc")).toBe("changed");
  // Nor does a home take the place of what the hub read for the task.
  expect(identities.asked.at(-1)).toEqual([".thopter", "task.md", "gate", "context"]);
  await hub.ended((await hub.destroy(thopterId)).id);
});

it("has nothing to do without an identity", async () => {
  const hub = await startRealHub();
  const operation = await hub.ended((await hub.provision()).id);
  expect(stepOf(operation, "install-identity")?.status).toBe("skipped");
  await hub.ended((await hub.destroy(operation.thopterId)).id);
});

it("fails a provision whose home is no longer kept, before the agent starts", async () => {
  const home = () => Promise.reject(new UserError("Cannot install it: it is gone."));
  const hub = await startRealHub({ ports: { identities: { ...noIdentities, home } } });
  const operation = await hub.ended((await hub.provision({ identity })).id);
  expect(operation).toMatchObject({
    status: "failed",
    error: { message: "Cannot install it: it is gone.", step: "install-identity" },
  });
  expect(stepOf(operation, "launch-agent")).toBeUndefined();
  await hub.destroyed(operation.thopterId);
});
