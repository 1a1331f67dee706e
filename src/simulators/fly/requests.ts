import { z } from "zod";
import { refuse } from "./reply.ts";

const text = z.string();
const guest = z.looseObject({
  cpu_kind: text.exactOptional(),
  cpus: z.int().min(1).exactOptional(),
  memory_mb: z.int().min(256).exactOptional(),
});
const mount = z.looseObject({ volume: text, path: text.startsWith("/") });
const file = z.looseObject({
  guest_path: text.startsWith("/"),
  raw_value: text.exactOptional(),
  secret_name: text.exactOptional(),
  mode: z.int().exactOptional(),
});

/** The parts of a machine's configuration that have a rule; the others are kept as they come. */
const machineConfig = z.looseObject({
  image: text.min(1),
  env: z.record(text, text).exactOptional(),
  guest: guest.exactOptional(),
  mounts: z.array(mount).exactOptional(),
  files: z.array(file).exactOptional(),
  metadata: z.record(text, text).exactOptional(),
  auto_destroy: z.boolean().exactOptional(),
  restart: z
    .looseObject({ policy: z.enum(["no", "always", "on-failure", "spot-price"]) })
    .exactOptional(),
  rootfs: z
    .looseObject({ persist: z.enum(["never", "always", "restart"]).exactOptional() })
    .exactOptional(),
  init: z.looseObject({ swap_size_mb: z.int().exactOptional() }).exactOptional(),
});
export type MachineConfig = z.infer<typeof machineConfig>;

export const createMachineRequest = z.looseObject({
  name: text.regex(/^[a-z0-9][a-z0-9-]{0,62}$/).exactOptional(),
  region: text.exactOptional(),
  config: machineConfig,
  skip_launch: z.boolean().exactOptional(),
  lease_ttl: z.int().min(1).exactOptional(),
  min_secrets_version: z.int().exactOptional(),
});
export type CreateMachineRequest = z.infer<typeof createMachineRequest>;

export const updateMachineRequest = createMachineRequest.extend({
  current_version: text.exactOptional(),
});

export const createVolumeRequest = z.looseObject({
  name: text.regex(/^[a-z0-9_]{1,30}$/),
  region: text,
  size_gb: z.int().min(1).max(500).default(3),
  compute: guest.exactOptional(),
});
export const createAppRequest = z.looseObject({
  name: text.exactOptional(),
  app_name: text.exactOptional(),
  org_slug: text,
});
export const leaseRequest = z.looseObject({
  ttl: z.int().min(1).exactOptional(),
  description: text.exactOptional(),
});
export const stopRequest = z.looseObject({
  signal: text.exactOptional(),
  timeout: z.union([text, z.number()]).exactOptional(),
});
export const execRequest = z.looseObject({
  command: z.array(text).min(1),
  stdin: text.exactOptional(),
  timeout: z.number().exactOptional(),
});
export const secretsRequest = z.looseObject({ values: z.record(text, text.nullable()) });
export const metadataRequest = z.looseObject({ metadata: z.record(text, text) });
export const metadataValue = z.looseObject({ value: text });

/** Reads what a caller sent. Refuses with 400 as the API does, naming the first thing that is wrong. */
export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw refuse(400, `invalid_argument: ${where}: ${issue?.message ?? "not understood"}`);
}
