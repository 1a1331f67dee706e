import { createRedactor } from "../../core/redact.ts";
import type { Finding } from "../commands/doctor.ts";
import type { EnvFile } from "../env-file.ts";
import type { InitChecks, Values } from "./checks.ts";

/** What the env file is to become. Nothing is written before all of it is known. */
export type Draft = {
  /** What counts: what was chosen here, else the environment, else the file. */
  values(): Values;
  get(name: string): string | undefined;
  /** What the environment has. */
  given(): Values;
  /** Sets these; undefined takes one out of the file. */
  set(changes: Values): void;
  /** What differs from the file. */
  changes(): Values;
  /** What the environment will win over, where that says otherwise. */
  shadowed(): Finding[];
};

export function createDraft(environment: Values, file: Values): Draft {
  const before = present(file);
  const given = present(environment);
  const chosen: Record<string, string | undefined> = {};

  function values(): Values {
    return { ...before, ...given, ...chosen };
  }

  return {
    values,
    get: (name) => values()[name],
    given: () => given,
    set: (changes) => void Object.assign(chosen, changes),
    changes: () =>
      Object.fromEntries(Object.entries(chosen).filter(([name, value]) => file[name] !== value)),
    shadowed() {
      const names = Object.keys(chosen).filter(
        (name) => given[name] !== undefined && given[name] !== chosen[name],
      );
      if (names.length === 0) return [];
      const words = `the environment sets ${names.join(", ")} as well, and wins: take it out there`;
      return [{ what: "environment", ok: false, words }];
    },
  };
}

/** What was written, a line each; no secret is in it. */
export async function writeDraft(
  draft: Draft,
  { file, checks }: { file: EnvFile; checks: InitChecks },
): Promise<string[]> {
  const changes = draft.changes();
  if (Object.keys(changes).length > 0) await file.write(changes);
  const secrets = Object.entries(draft.values()).flatMap(([name, value]) =>
    checks.isSecret(name) ? (value ?? []) : [],
  );
  const redact = createRedactor(secrets);
  return Object.entries(changes).map(([name, value]) => {
    if (value === undefined) return `${name} taken out`;
    return `${name}=${checks.isSecret(name) ? "[hidden]" : redact(value)}`;
  });
}

/** An empty value counts as none, as it does for the hub. */
function present(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
}
