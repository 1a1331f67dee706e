import type { OperationStatus } from "../operation.ts";
import type { AgentState, ThopterStatus } from "../thopter.ts";

export type ListThoptersRequest = {
  mine?: boolean | undefined;
  status?: readonly ThopterStatus[] | undefined;
  agentStatus?: readonly AgentState["status"][] | undefined;
  label?: string | undefined;
  repository?: string | undefined;
  limit?: number | undefined;
  /** The `next` of the page before. */
  cursor?: string | undefined;
};

export type ListOperationsRequest = {
  thopter?: string | undefined;
  status?: readonly OperationStatus[] | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
};

export type Page<T> = { items: T[]; next?: string };
