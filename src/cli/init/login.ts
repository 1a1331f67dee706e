import { isBad } from "../commands/doctor.ts";
import type { Finding } from "../commands/doctor.ts";
import type { Init } from "./parts.ts";

export type SecretQuestion = {
  /** The setting it is for, and what to call it. */
  name: string;
  title: string;
  /** Who is asked about it. */
  service: string;
  /** About values that hold the one to be checked. */
  check(
    values: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal,
  ): Promise<Finding>;
};

/**
 * Asks for a secret until it will do, and notes it down. False where the person would rather go on
 * without; what was there before stays then.
 */
export async function obtainSecret(
  { talk, draft }: Pick<Init, "talk" | "draft">,
  { name, title, service, check }: SecretQuestion,
): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    // One that was just refused is not offered again.
    const present = tries === 1 ? draft.get(name) : undefined;
    const way = present === undefined ? "Enter skips" : "Enter keeps the present one";
    const typed = await talk.askSecret(`${title} (${way})`);
    const value = typed === "" ? present : typed;
    if (value === undefined) return false;
    const found = await talk.check(`Asking ${service}`, async (signal) => [
      await check({ ...draft.values(), [name]: value }, signal),
    ]);
    if (found.some(isBad)) continue;
    if (found.every(({ ok }) => ok) || (await keeps(talk))) {
      draft.set({ [name]: value });
      return true;
    }
  }
}

async function keeps(talk: Init["talk"]): Promise<boolean> {
  const choices = [
    { value: "keep", label: "Keep it unchecked" },
    { value: "again", label: "Give another" },
  ] as const;
  return (await talk.choose("It could not be checked", choices, "keep")) === "keep";
}
