import { z } from "zod";

const mounts = z.array(z.object({ volume: z.string().nullish() })).nullish();
const metadata = z.record(z.string(), z.string()).nullish();
const config = z.object({ metadata, mounts }).nullish();

/** The parts of a machine that are used. Its configuration is missing while its host does not answer. */
export const flyMachine = z.object({
  id: z.string().min(1),
  name: z.string(),
  state: z.string(),
  region: z.string(),
  instance_id: z.string().nullish(),
  private_ip: z.string().nullish(),
  created_at: z.string(),
  host_status: z.string().nullish(),
  config,
  incomplete_config: config,
});
export type FlyMachine = z.infer<typeof flyMachine>;

export const flyVolume = z.object({
  id: z.string().min(1),
  name: z.string(),
  state: z.string(),
  region: z.string(),
  size_gb: z.number().nullish(),
  attached_machine_id: z.string().nullish(),
  host_status: z.string().nullish(),
});
export type FlyVolume = z.infer<typeof flyVolume>;

/** The documentation's envelope; the specification's bare lease is taken as well. */
export const flyLease = z.union([
  z.object({ data: z.object({ nonce: z.string().min(1) }) }).transform(({ data }) => data.nonce),
  z.object({ nonce: z.string().min(1) }).transform(({ nonce }) => nonce),
]);

export const flyWait = z.object({ state: z.string().nullish() });
export const flyApp = z.object({ name: z.string() });
export const flyRegions = z.object({
  regions: z.array(z.object({ code: z.string(), deprecated: z.boolean().nullish() })),
});
export const flyExec = z.object({
  exit_code: z.number(),
  stdout: z.string().nullish(),
  stderr: z.string().nullish(),
});

/** What Fly says when it refuses; a lease's refusal has another shape. */
export const flyRefusal = z.object({
  error: z.string().nullish(),
  message: z.string().nullish(),
  status: z.string().nullish(),
});
