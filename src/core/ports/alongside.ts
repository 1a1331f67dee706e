import type { Approval } from "../approval.ts";
import type { Operation } from "../operation.ts";
import type { Write } from "./store.ts";

/**
 * Records of a front for the very commit that accepts its request, so that no crash comes between.
 * It is not asked where nothing new is put on record.
 */
export type Alongside = (
  accepted: { operations: readonly Operation[] } | { approval: Approval },
) => readonly Write[];
