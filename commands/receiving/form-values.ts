import { z } from "zod";
import type { FormValues } from "../ask.ts";

const option = z.object({ value: z.string() }).nullish();
const field = z.looseObject({
  value: z.string().nullish(),
  selected_option: option,
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
  selected_user: z.string().nullish(),
  selected_users: z.array(z.string()).nullish(),
  selected_channel: z.string().nullish(),
  selected_conversation: z.string().nullish(),
  selected_date: z.string().nullish(),
  selected_time: z.string().nullish(),
});

export const viewState = z.object({
  values: z.record(z.string(), z.record(z.string(), field)).default({}),
});

/** What was filled in, by action id. */
export function valuesOf(state: z.output<typeof viewState> | null | undefined): FormValues {
  const fields = Object.values(state?.values ?? {}).flatMap((block) => Object.entries(block));
  return Object.fromEntries(fields.map(([actionId, each]) => [actionId, valueOf(each)]));
}

function valueOf(each: z.output<typeof field>): string | readonly string[] | undefined {
  if (each.selected_options !== undefined && each.selected_options !== null) {
    return each.selected_options.map(({ value }) => value);
  }
  if (each.selected_users !== undefined && each.selected_users !== null) return each.selected_users;
  const found =
    each.value ??
    each.selected_option?.value ??
    each.selected_user ??
    each.selected_channel ??
    each.selected_conversation ??
    each.selected_date ??
    each.selected_time;
  return found ?? undefined;
}
