import { UserError } from "../../src/core/errors.ts";

/** What a person wants destroyed, carried from a message or form to the next one. */
export type Wish = {
  thopterIds: readonly string[];
  force: boolean;
  reason: string;
  /** Which of them had unsaved work when they were shown, by their place. */
  unsaved: readonly boolean[];
};

/** Buttons carry 2000 signs and forms 3000: fifty ids take 1350 of them. */
const longestReason = 300;

/** Line by line, for a form's note is put into JSON once more. */
export function writeWish({ thopterIds, force, reason, unsaved }: Wish): string {
  const flags = unsaved.map((one) => (one ? "1" : "0")).join("");
  const line = reason.replaceAll(/\s+/g, " ").slice(0, longestReason);
  return [thopterIds.join(","), force ? "force" : "", flags, line].join("\n");
}

/** Throws UserError for what is no wish. */
export function parseWish(text: string): Wish {
  const [ids = "", force, flags = "", ...reason] = text.split("\n");
  const thopterIds = ids.split(",").filter((id) => id !== "");
  if (thopterIds.length === 0 || thopterIds.length > 50) {
    throw new UserError(
      'Cannot destroy from this button: it is too old. Nothing was destroyed. Use "/thopter destroy".',
    );
  }
  const unsaved = flags.split("").map((flag) => flag === "1");
  return { thopterIds, force: force === "force", reason: reason.join(" "), unsaved };
}
