import { operationIds } from "../completions/known-values.ts";
import { viewOperationDetail } from "../views/operation-detail.ts";
import type { TemplateResource } from "./define-resource.ts";

export const operationResource: TemplateResource = {
  uriTemplate: "thopter://operations/{id}",
  name: "operation",
  title: "One operation",
  description: "An operation with its steps, by id",
  read: async (id, { fleet, caller }) => viewOperationDetail(await fleet.getOperation(caller, id)),
  find: (id, { fleet, caller }) => fleet.getOperation(caller, id),
  changesWith: ({ kind, record }, id) => kind === "operation" && record.id === id,
  ids: operationIds,
};
