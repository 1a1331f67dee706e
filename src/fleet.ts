import { requireRole } from "./core/permission.ts";
import type { Fleet } from "./core/ports/fleet.ts";
import type { LoginDesk } from "./core/ports/logins.ts";
import type { Warnings } from "./core/ports/warnings.ts";
import { createAttaching } from "./fleet/attaching.ts";
import { createAgentWatch } from "./fleet/agent-watch.ts";
import { createApprovals } from "./fleet/approvals.ts";
import { createConversing } from "./fleet/conversing.ts";
import { createDestroying } from "./fleet/destroying.ts";
import { createDirectory } from "./fleet/directory.ts";
import { createExpiry } from "./fleet/expiry.ts";
import { createIdentities } from "./fleet/identities.ts";
import { createLogins } from "./fleet/logins.ts";
import { createNaming } from "./fleet/naming.ts";
import { createOperating } from "./fleet/operating.ts";
import { createOverview } from "./fleet/overview.ts";
import { createPeople } from "./fleet/people.ts";
import { createPlanner } from "./fleet/planning.ts";
import type { FleetOptions, FleetPorts } from "./fleet/ports.ts";
import { createProvisioning } from "./fleet/provisioning.ts";
import { createReading } from "./fleet/reading.ts";
import { createReconciler } from "./fleet/reconciler.ts";
import { createRepositories } from "./fleet/repositories.ts";
import { createRestarting } from "./fleet/restarting.ts";
import { createRetention } from "./fleet/retention.ts";
import { createSerially } from "./fleet/serially.ts";
import { createSlackLinks } from "./fleet/slack-people.ts";
import type { SlackLinks } from "./fleet/slack-people.ts";
import { createTalking } from "./fleet/talking.ts";
import { createTemplating } from "./fleet/templating.ts";
import { createTokens } from "./fleet/tokens.ts";
import { createViews } from "./fleet/views.ts";
import { watchQuietly } from "./fleet/quiet-watch.ts";
import { createWaiting } from "./fleet/waiting.ts";

const mostAudited = 1000;

/** The fleet, who is behind Slack accounts, and the watching it does by itself between `start` and `stop`. */
export type RunningFleet = Fleet & {
  slackPeople: Omit<SlackLinks, "createLinkCode">;
  /** For command lines that have no token yet. */
  logins: LoginDesk;
  warnings: Warnings;
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** What any front can ask: who asks, may they, what exactly would happen; then the engine does it. */
export async function createFleet(ports: FleetPorts, options: FleetOptions): Promise<RunningFleet> {
  const { engine, store } = ports;
  const people = await createPeople(ports);
  const directory = createDirectory(ports);
  const views = createViews(ports, people);
  const planner = createPlanner(ports, directory, people);
  const approvals = createApprovals(ports, { planner, views, people });
  const reconciler = createReconciler(ports, options);
  const agentWatch = createAgentWatch(ports);
  const { acceptTemplate, ...templating } = createTemplating({ ports, people });
  const identities = createIdentities({ ports, options, directory, people });
  const parts = {
    ...{ ports, options, directory, views, people, planner, approvals, reconciler, agentWatch },
    acceptTemplate,
    identities: identities.choosing,
    // What two do at once to the same terminal would be mixed.
    serially: createSerially(),
  };
  const expiry = createExpiry(parts);
  const overview = createOverview(parts);
  const destroying = createDestroying(parts);
  const { stop: leaveTerminals, ...attaching } = createAttaching(parts);
  const { createLinkCode, ...slackPeople } = createSlackLinks(parts);
  const restarting = createRestarting(parts);
  const retention = createRetention(ports, options);

  return {
    ...createTokens(ports, people),
    whoAmI: people.whoAmI,
    listPeople: people.listPeople,
    setRole: people.setRole,
    createLinkCode,
    slackPeople,
    ...createLogins(parts),
    warnings: expiry.warnings,
    ...overview,
    ...createProvisioning(parts),
    planDestroy: destroying.planDestroy,
    destroy: destroying.destroy,
    ...createOperating({ ...parts, destroying, status: overview.status }),
    ...createReading(parts),
    ...createTalking(parts),
    ...createConversing(parts),
    restartAgent: restarting.restartAgent,
    ...createNaming(parts),
    ...templating,
    ...createRepositories(parts),
    ...identities.asked,
    ...attaching,
    ...createWaiting(parts),
    listApprovals: approvals.listApprovals,
    getApproval: approvals.getApproval,
    decide: approvals.decide,
    extend: expiry.extend,
    async audit(caller, { limit }) {
      requireRole(caller, "admin", "read the audit log");
      return store.list("audit", { newestFirst: true, limit: Math.min(limit ?? 100, mostAudited) });
    },
    watch(caller, signal) {
      requireRole(caller, "viewer", "watch the fleet");
      return watchQuietly(engine, caller, signal);
    },
    async start() {
      await identities.start();
      await approvals.resume();
      await expiry.start();
      await agentWatch.start();
      await restarting.resume();
      await reconciler.start();
      retention.start();
    },
    async stop() {
      leaveTerminals();
      identities.stop();
      approvals.stop();
      expiry.stop();
      reconciler.stop();
      await retention.stop();
      await restarting.stop();
      await agentWatch.stop();
    },
  };
}
