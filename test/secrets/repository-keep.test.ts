import { describe, expect, it } from "vitest";
import { createRedactor } from "../../src/core/redact.ts";
import type { Repository } from "../../src/core/repository.ts";
import { createRepositoryKeep } from "../../src/secrets/repository-keep.ts";
import { createVaults } from "../../src/secrets/vaults.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";

const ada = { kind: "person", personId: "ada" } as const;
const value = "first line of a key\nshort\nsecond line of a key";
const key = Buffer.alloc(32, 1);

async function keep(patch: Partial<Repository> = {}) {
  const store = createMemoryStore();
  const sealed = createVaults(key, createRedactor([]))("repository host/a").seal(value);
  const record: Repository = {
    ...{ id: "host/a", version: 1, address: "https://host/a", trusted: false },
    variables: [{ name: "KEY", sealed, setBy: ada, setAt: 1 }],
    ...{ changedBy: ada, changedAt: 1 },
    ...patch,
  };
  await store.commit([{ kind: "repository", record }]);
  return store;
}

describe("what is kept for a repository", () => {
  it("is found by each of its spellings, and there is nothing for others", async () => {
    const store = await keep({ trusted: true, setupTimeoutMs: 5000 });
    const vaultFor = createVaults(key, createRedactor([]));
    const { keptFor } = createRepositoryKeep({ store, vaultFor });
    const kept = await keptFor("git@HOST:a.git");
    expect(kept).toMatchObject({ trusted: true, setupTimeoutMs: 5000 });
    expect(kept.variables()).toEqual({ KEY: value });
    const nothing = await keptFor("https://host/b");
    expect(nothing).toMatchObject({ trusted: false });
    expect(nothing.variables()).toEqual({});
  });

  it("is known to the redactor from the start, line by line", async () => {
    const redact = createRedactor([]);
    const reports: string[] = [];
    const ports = { store: await keep(), vaultFor: createVaults(key, redact) };
    expect(redact(value)).toBe(value);
    await createRepositoryKeep(ports).openAll((_error, about) => reports.push(about));
    expect(redact(value)).toBe("[redacted]");
    expect(redact("| second line of a key | short |")).toBe("| [redacted] | short |");
    expect(reports).toEqual([]);
  });

  it("is known to the redactor as soon as it is sealed", () => {
    const redact = createRedactor([]);
    createVaults(key, redact)("repository host/a").seal(value);
    expect(redact(`it is ${value}.`)).toBe("it is [redacted].");
  });

  it("and cannot be opened with another key is reported, and fails with words where it is needed", async () => {
    const reports: string[] = [];
    const vaultFor = createVaults(Buffer.alloc(32, 2), createRedactor([]));
    const repositoryKeep = createRepositoryKeep({ store: await keep(), vaultFor });
    await repositoryKeep.openAll((error, about) => reports.push(`${about}: ${String(error)}`));
    expect(reports.join("\n")).toMatch(
      /^the variables of https:\/\/host\/a: UserError: Cannot read/,
    );
    const { variables } = await repositoryKeep.keptFor("https://host/a");
    expect(variables).toThrow(/Restore "vault-key"/);
  });
});
