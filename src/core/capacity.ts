/** Which thopters count toward the fleet's limit and toward their owners' quotas. */
export type Capacity = {
  readonly used: number;
  usedBy(ownerId: string): number;
  holds(thopterId: string): boolean;
  reserve(thopterId: string, ownerId: string): void;
  /** Answers with the owner whose place it was. */
  release(thopterId: string): string | undefined;
};

export function createCapacity(): Capacity {
  const owners = new Map<string, string>();
  const counts = new Map<string, number>();
  const usedBy = (ownerId: string): number => counts.get(ownerId) ?? 0;

  return {
    get used() {
      return owners.size;
    },
    usedBy,
    holds: (thopterId) => owners.has(thopterId),
    reserve(thopterId, ownerId) {
      if (owners.has(thopterId)) return;
      owners.set(thopterId, ownerId);
      counts.set(ownerId, usedBy(ownerId) + 1);
    },
    release(thopterId) {
      const ownerId = owners.get(thopterId);
      if (ownerId === undefined) return undefined;
      owners.delete(thopterId);
      if (usedBy(ownerId) > 1) counts.set(ownerId, usedBy(ownerId) - 1);
      else counts.delete(ownerId);
      return ownerId;
    },
  };
}
