/** What Fly leaves open or takes time for, in milliseconds; the values are round ones from what was seen. */
export type FlyRules = {
  bootMs: number;
  stopMs: number;
  suspendMs: number;
  destroyMs: number;
  /** How long after a stop a start is still refused. */
  stillActiveMs: number;
  /** How far a reader without the affinity cookie is behind. */
  listLagMs: number;
  /** How long a destroyed machine can still be got by its id. */
  destroyedVisibleMs: number;
  /** How many of the errors without a code come as plain text, from 0 to 1. */
  textErrors: number;
  rateLimits: boolean;
  /** Whether a 429 says when to come again. */
  retryAfter: boolean;
  regions: Readonly<Record<string, { hosts: number; machinesPerHost: number }>>;
  machinesPerOrg: number;
};

export const usualRules: FlyRules = {
  bootMs: 1500,
  stopMs: 800,
  suspendMs: 800,
  destroyMs: 500,
  stillActiveMs: 2000,
  listLagMs: 1500,
  destroyedVisibleMs: 60_000,
  textErrors: 0.2,
  rateLimits: true,
  retryAfter: false,
  regions: {
    iad: { hosts: 3, machinesPerHost: 50 },
    ams: { hosts: 3, machinesPerHost: 50 },
    syd: { hosts: 1, machinesPerHost: 50 },
  },
  machinesPerOrg: 100,
};
