import { z } from "zod";

/** What several routes take. */
export const text = z.string().min(1).max(1000);
export const longText = z.string().min(1).max(100_000);
export const flag = z.boolean().optional();
export const duration = z.number().positive();

export const nothing = z.strictObject({});
export const byId = z.strictObject({ id: text });
export const byThopter = z.strictObject({ thopter: text });

/** Who may call. */
export const viewer = { minimumRole: "viewer" } as const;
export const operator = { minimumRole: "operator" } as const;
export const admin = { minimumRole: "admin" } as const;
export const personal = { minimumRole: "operator", personsOnly: true } as const;

/** What changes something is carried through, also for a client that has left; the fleet limits its time. */
export const never = (): AbortSignal => new AbortController().signal;
