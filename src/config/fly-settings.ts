import { z } from "zod";
import { isLoopback } from "../core/loopback.ts";
import { list } from "./list.ts";
import { privateAddress } from "./web-address.ts";

const secret = z.string().min(1);

/** Settings of the provider `fly`, each with its default and meaning. */
export const flySettings = {
  FLY_API_TOKEN: secret.optional().describe("the token that may act in the app at Fly"),
  FLY_APP: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "a name at Fly has small letters, digits and dashes")
    .optional()
    .describe("the app at Fly that holds the machines"),
  FLY_REGION: list()
    .refine((codes) => codes.every((code) => /^[a-z]{3}$/.test(code)), "a region has three letters")
    .describe("the regions that machines are made in, in the order they are tried"),
  FLY_IMAGE: z.string().min(1).optional().describe("the image that machines boot"),
  FLY_VM_SIZE: z
    .string()
    .default("shared-cpu-2x")
    .transform((text, context) => {
      const match = /^(shared-cpu|performance)-(1|2|4|8|16)x$/.exec(text);
      if (match !== null) {
        return {
          kind: match[1] === "performance" ? "performance" : "shared",
          cpus: Number(match[2]),
        };
      }
      context.addIssue({
        code: "custom",
        message: 'give a size such as "shared-cpu-2x" or "performance-4x"',
      });
      return z.NEVER;
    })
    .describe("the size of a machine, by Fly's names"),
  FLY_VM_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(256)
    .multipleOf(256)
    .optional()
    .describe("the memory of a machine; 2048 or what its size has, whichever is more, when absent"),
  FLY_SWAP_MB: z.coerce.number().int().min(1).optional().describe("swap space of a machine"),
  FLY_VOLUME_SIZE_GB: z.coerce
    .number()
    .int()
    .min(0)
    .max(500)
    .default(10)
    .describe("the volume of a machine; 0 for none"),
  FLY_VOLUME_SPARES: z.coerce
    .number()
    .int()
    .min(0)
    .max(100)
    .default(2)
    .describe("how many free volumes are kept to be used again"),
  FLY_REACH: z
    .enum(["private", "public", "tls"])
    .default("private")
    .describe("how a machine is reached: by its private address, publicly, or publicly inside TLS"),
  FLY_ADDRESS: z
    .string()
    .regex(
      /^(?:[\w.:-]|\{(?:machine|app|address)\})+$/,
      "give an address, with {machine}, {app} or {address} in it",
    )
    .optional()
    .describe("the address of a machine; {machine}, {app} and {address} are filled in"),
  FLY_SSH_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(2222)
    .describe("where the image's SSH server listens"),
  FLY_AGENT_ENV: list().describe(
    "variables that the hub hands to agents at their start, separated by commas",
  ),
  // Fly's own network is encrypted.
  FLY_FLAPS_BASE_URL: privateAddress((hostname) => hostname.endsWith(".internal"))
    .default("https://api.machines.dev")
    .describe("where the Machines API is"),
};

/** Whether the Machines API is a simulator on this machine. */
export function isSimulated({ FLY_FLAPS_BASE_URL: url }: { FLY_FLAPS_BASE_URL: string }): boolean {
  return isLoopback(new URL(url).hostname);
}

/** What the provider cannot do without, and what to do about each. */
const needed = {
  FLY_API_TOKEN: 'make one with "fly tokens create deploy"',
  FLY_APP: 'make an app with "fly apps create" and name it',
  FLY_REGION: 'name at least one; "fly platform regions" lists them',
  FLY_IMAGE: "build and push the image of src/providers/fly/image, and name it",
};

type Values = Partial<Record<keyof typeof needed, unknown>>;

/** The settings that are missing where machines come from Fly. */
export function missingForFly(values: Values): { name: string; mend: string }[] {
  return Object.entries(needed).flatMap(([name, mend]) => {
    // The names are those of the table.
    const value = values[name as keyof Values];
    const isThere = Array.isArray(value) ? value.length > 0 : value !== undefined;
    return isThere ? [] : [{ name, mend }];
  });
}
