import { z } from "zod";

export const faultKinds = [
  // An answer replaced by another. With `committed` what was asked happens first.
  "answer",
  "late-create",
  "empty-list",
  "list-lag",
  "host-down",
  "never-boots",
  "fails-boot",
  "no-region",
  "full-host",
  "full-volume-host",
  "over-quota",
  "slow-stop",
  "dropped-ssh",
  "full-volume",
  "revoked-token",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export const faultSchema = z.strictObject({
  kind: z.enum(faultKinds),
  /** Only what has these letters in its name, its id or its region; everything when absent. */
  match: z.string().exactOptional(),
  /** For `answer`: only this action, as `machines.create`. */
  action: z.string().exactOptional(),
  /** How often it happens; for ever when absent. */
  times: z.int().min(1).exactOptional(),
  /** How long something takes longer, in milliseconds. */
  ms: z.int().min(0).exactOptional(),
  /** For `answer`: 0 cuts the connection. */
  status: z.int().min(0).max(599).exactOptional(),
  text: z.string().exactOptional(),
  committed: z.boolean().exactOptional(),
});
export type Fault = z.infer<typeof faultSchema>;

type Target = { action?: string; names?: readonly string[] };

export type Faults = {
  add(fault: Fault): void;
  clear(): void;
  list(): readonly Fault[];
  /** The fault that happens now, if any; one that happens a limited number of times is used up. */
  take(kind: FaultKind, target?: Target): Fault | undefined;
  /** Arms what the words in a machine's name ask for, once for each name. */
  arm(machineName: string): void;
};

/**
 * Words that a person can put into a machine's name to have its fault. The machines of a thopter
 * carry its name, so that "thopter provision --name lost-answer" is enough.
 */
const sentinels: Readonly<Record<string, Omit<Fault, "match">>> = {
  "lost-answer": {
    kind: "answer",
    action: "machines.create",
    times: 1,
    status: 408,
    committed: true,
  },
  "late-create": { kind: "late-create", times: 1, ms: 5000 },
  "empty-list": { kind: "empty-list", times: 1 },
  "host-down": { kind: "host-down", times: 1 },
  "never-boots": { kind: "never-boots" },
  "fails-boot": { kind: "fails-boot" },
  "no-region": { kind: "no-region" },
  "full-host": { kind: "full-host", times: 1 },
  "over-quota": { kind: "over-quota" },
  "slow-stop": { kind: "slow-stop", ms: 20_000 },
  "dropped-ssh": { kind: "dropped-ssh", times: 1 },
  "full-volume": { kind: "full-volume" },
  "revoked-token": { kind: "revoked-token", times: 1 },
};

export function createFaults(): Faults {
  const armed = new Set<string>();
  let faults: { fault: Fault; left: number }[] = [];

  function matches(fault: Fault, kind: FaultKind, { action, names = [] }: Target): boolean {
    if (fault.kind !== kind) return false;
    if (fault.action !== undefined && fault.action !== action) return false;
    const { match } = fault;
    return match === undefined || names.some((name) => name.includes(match));
  }

  function add(fault: Fault): void {
    faults.push({ fault, left: fault.times ?? Infinity });
  }

  return {
    add,
    clear() {
      faults = [];
    },
    list: () => faults.map(({ fault }) => fault),
    take(kind, target = {}) {
      const found = faults.find(({ fault }) => matches(fault, kind, target));
      if (found === undefined) return undefined;
      found.left -= 1;
      if (found.left <= 0) faults = faults.filter((entry) => entry !== found);
      return found.fault;
    },
    arm(machineName) {
      if (armed.has(machineName)) return;
      armed.add(machineName);
      for (const [word, fault] of Object.entries(sentinels)) {
        // An empty list names no machine: it is one for whoever asks next.
        const match = fault.kind === "empty-list" ? {} : { match: machineName };
        if (machineName.includes(word)) add({ ...fault, ...match });
      }
    },
  };
}
