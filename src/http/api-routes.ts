import { z } from "zod";
import { operationStatuses, priorities } from "../core/operation.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import { agentStatuses, thopterStatuses } from "../core/thopter.ts";
import { defineRoute } from "./call-route.ts";
import type { ApiRoute } from "./call-route.ts";
import { loginRoutes } from "./login-routes.ts";
import { conversationRoutes } from "./conversation-routes.ts";
import { identityRoutes } from "./identity-routes.ts";
import { peopleRoutes } from "./people-routes.ts";
import {
  admin,
  byId,
  byThopter,
  duration,
  flag,
  longText,
  never,
  nothing,
  operator,
  personal,
  text,
  viewer,
} from "./route-shapes.ts";
import { templateRoutes, templateShape } from "./template-routes.ts";
import { repositoryRoutes } from "./repository-routes.ts";
import { terminalRoutes } from "./terminal-routes.ts";

/** Longer calls are cut by clients and proxies: whoever waits longer asks again. */
const longestWaitMs = 45_000;

const limit = z.int().min(1).max(1000).optional();
const cursor = z.string().max(500).optional();
const mode = z.enum(["any", "all"]);
const timeoutMs = z.number().min(0).max(longestWaitMs);
/** As many as a fleet can have. */
const names = z.array(text).min(1).max(10_000);
const ids = z.array(text).min(1).max(1000);
const labels = z.array(text).max(100);
const byScope = z.strictObject({ scope: z.enum(["provision", "destroy", "all"]) });
const destroyRequest = z.strictObject({
  thopters: names,
  force: flag,
  reason: text,
  priority: z.enum(priorities).optional(),
});

/** What is asked by other means than a body of JSON. */
type OutsideJsonApi = "authenticate" | "uploadHome";

/** The JSON API: one route for each thing that a front can ask of the fleet, under its name there. */
export const apiRoutes: Readonly<Record<Exclude<keyof Fleet, "watch" | OutsideJsonApi>, ApiRoute>> =
  {
    ...peopleRoutes,
    ...loginRoutes,
    ...templateRoutes,
    ...terminalRoutes,
    ...repositoryRoutes,
    ...conversationRoutes,
    ...identityRoutes,
    status: defineRoute(viewer, nothing, (_input, { fleet, caller }) => fleet.status(caller)),
    provision: defineRoute(
      operator,
      z.strictObject({
        task: longText,
        repository: text,
        base: text.optional(),
        name: text.optional(),
        labels: labels.optional(),
        ttlMs: duration.optional(),
        priority: z.enum(priorities).optional(),
        keepOnFailure: flag,
        reason: text.optional(),
        key: text.optional(),
        after: z.array(text).max(1000).optional(),
        ...templateShape,
        context: z.array(text).max(100).optional(),
        trustSetup: flag,
        identity: text.optional(),
      }),
      (input, { fleet, caller }) => fleet.provision(caller, input),
    ),
    restore: defineRoute(
      operator,
      z.strictObject({ rescue: text, name: text.optional(), identity: text.optional() }),
      (input, { fleet, caller }) => fleet.restore(caller, input),
    ),
    rescues: defineRoute(viewer, nothing, (_input, { fleet, caller }) => fleet.rescues(caller)),
    planDestroy: defineRoute(operator, destroyRequest, (input, { fleet, caller }) =>
      fleet.planDestroy(caller, input),
    ),
    destroy: defineRoute(operator, destroyRequest, (input, { fleet, caller }) =>
      fleet.destroy(caller, input),
    ),
    listThopters: defineRoute(
      viewer,
      z.strictObject({
        mine: flag,
        status: z.array(z.enum(thopterStatuses)).optional(),
        agentStatus: z.array(z.enum(agentStatuses)).optional(),
        label: text.optional(),
        repository: text.optional(),
        limit,
        cursor,
      }),
      (input, { fleet, caller }) => fleet.listThopters(caller, input),
    ),
    getThopter: defineRoute(viewer, byThopter, ({ thopter }, { fleet, caller }) =>
      fleet.getThopter(caller, thopter),
    ),
    read: defineRoute(
      { ...viewer, waits: true },
      z.strictObject({
        thopter: text,
        what: z.enum(["screen", "log", "transcript", "diff"]),
        maxBytes: z.int().positive().optional(),
        history: flag,
        before: cursor,
      }),
      (input, { fleet, caller, wait }) => fleet.read(caller, input, wait),
    ),
    tell: defineRoute(
      operator,
      z.strictObject({ thopter: text, text: longText, raw: flag, interrupt: flag }),
      (input, { fleet, caller }) => fleet.tell(caller, input, never()),
    ),
    answer: defineRoute(
      personal,
      z.strictObject({ thopter: text, hash: text, text: longText }),
      (input, { fleet, caller }) => fleet.answer(caller, input, never()),
    ),
    run: defineRoute(
      { minimumRole: "operator", agentToolset: "run" },
      z.strictObject({ thopter: text, command: longText, timeoutMs: duration }),
      (input, { fleet, caller }) => fleet.run(caller, input, never()),
    ),
    waitForThopters: defineRoute(
      { ...viewer, waits: true },
      z.strictObject({ thopters: names, until: z.enum(["ready", "settled"]), mode, timeoutMs }),
      (input, { fleet, caller, wait }) => fleet.waitForThopters(caller, input, { signal: wait }),
    ),
    waitForOperations: defineRoute(
      { ...viewer, waits: true },
      z.strictObject({ ids, mode, timeoutMs }),
      (input, { fleet, caller, wait }) => fleet.waitForOperations(caller, input, { signal: wait }),
    ),
    getOperation: defineRoute(viewer, byId, ({ id }, { fleet, caller }) =>
      fleet.getOperation(caller, id),
    ),
    explain: defineRoute(viewer, byId, ({ id }, { fleet, caller }) => fleet.explain(caller, id)),
    listOperations: defineRoute(
      viewer,
      z.strictObject({
        thopter: text.optional(),
        status: z.array(z.enum(operationStatuses)).optional(),
        limit,
        cursor,
      }),
      (input, { fleet, caller }) => fleet.listOperations(caller, input),
    ),
    cancelOperation: defineRoute(
      operator,
      z.strictObject({ id: text, reason: text }),
      (input, { fleet, caller }) => fleet.cancelOperation(caller, input),
    ),
    retryOperation: defineRoute(operator, byId, ({ id }, { fleet, caller }) =>
      fleet.retryOperation(caller, id),
    ),
    pause: defineRoute(admin, byScope, ({ scope }, { fleet, caller }) =>
      fleet.pause(caller, scope),
    ),
    resume: defineRoute(admin, byScope, ({ scope }, { fleet, caller }) =>
      fleet.resume(caller, scope),
    ),
    listApprovals: defineRoute(
      viewer,
      z.strictObject({ pendingOnly: flag }),
      (input, { fleet, caller }) => fleet.listApprovals(caller, input),
    ),
    getApproval: defineRoute(viewer, byId, ({ id }, { fleet, caller }) =>
      fleet.getApproval(caller, id),
    ),
    decide: defineRoute(
      personal,
      z.strictObject({ id: text, decision: z.enum(["approve", "deny"]) }),
      (input, { fleet, caller }) => fleet.decide(caller, input),
    ),
    extend: defineRoute(
      operator,
      z.strictObject({ thopter: text, byMs: duration }),
      (input, { fleet, caller }) => fleet.extend(caller, input),
    ),
    renameThopter: defineRoute(
      operator,
      z.strictObject({ thopter: text, name: text }),
      (input, { fleet, caller }) => fleet.renameThopter(caller, input),
    ),
    labelThopter: defineRoute(
      operator,
      z.strictObject({ thopter: text, add: labels.optional(), remove: labels.optional() }),
      (input, { fleet, caller }) => fleet.labelThopter(caller, input),
    ),
    audit: defineRoute(admin, z.strictObject({ limit }), (input, { fleet, caller }) =>
      fleet.audit(caller, input),
    ),
  };
