import { z } from "zod";

/** Values separated by commas; none when absent. */
export function list() {
  return z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== ""),
    );
}
