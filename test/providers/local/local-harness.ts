import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Machine, Provider } from "../../../src/core/ports/provider.ts";
import { detectIsolation } from "../../../src/providers/local/detect-isolation.ts";
import { uncontained, type LocalIsolation } from "../../../src/providers/local/isolation.ts";
import { createLocalProvider } from "../../../src/providers/local/local-provider.ts";
import type { Visibility } from "../../../src/providers/local/visible-system.ts";
import { temporaryDirectory } from "../../temp-directory.ts";
import type { ProviderHarness } from "../../contracts/provider-contract.ts";

export const signal = new AbortController().signal;
export const clock = { now: () => 1_700_000_000_000, after: () => () => undefined };

let detected: Promise<LocalIsolation> | undefined;

/** The isolation of this machine. Throws where there is none: these tests are about it. */
export async function realIsolation(): Promise<LocalIsolation> {
  const isolation = await (detected ??= detectIsolation({ clock }));
  if (!isolation.contained) {
    throw new Error(
      `Cannot test containment: ${isolation.words} bin/setup installs what it needs.`,
    );
  }
  return isolation;
}

export const noIsolation = (): LocalIsolation => uncontained("this is a test");

export type LocalHarness = ProviderHarness & { directory: string };

export function localHarness(
  isolation: LocalIsolation,
  options: { directory?: string; visibility?: Partial<Visibility> } = {},
): LocalHarness {
  const directory = options.directory ?? join(temporaryDirectory(), "machines");
  const { visibility = {} } = options;
  const open = (): Provider => createLocalProvider({ directory, isolation, clock, visibility });
  return { directory, provider: open(), reopen: open };
}

/** Makes a machine that is destroyed when the test ends. */
export async function makeMachine(provider: Provider, thopter = "thopter-1"): Promise<Machine> {
  const tags = { hub: "hub-1", thopter, operation: "operation-1" };
  const machine = await provider.create({ name: "swift-heron", tags }, signal);
  onTestFinished(() => provider.destroy(machine.id, signal));
  return machine;
}
