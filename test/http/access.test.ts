import { describe, expect, it } from "vitest";
import { apiRoutes } from "../../src/http/api-routes.ts";
import { catalogue } from "../../tools/catalogue.ts";
import { callers, startTestHub } from "./test-hub.ts";
import type { CallerName } from "./test-hub.ts";

// By hand, and not from the code under test: who may use what.
const reading = [
  "wait_for_thopters",
  "list_thopters",
  "get_thopter",
  "read_thopter",
  "wait_for_operations",
  "fleet_status",
  "list_operations",
  "get_operation",
];
const changing = [
  "provision_thopter",
  "tell_thopter",
  "destroy_thopters",
  "cancel_operation",
  "retry_operation",
];
const toolsOf: Record<CallerName, string[]> = {
  viewer: reading,
  operator: [...reading, ...changing],
  admin: [...reading, ...changing],
  readOnly: reading,
  agent: [...reading, ...changing],
  agentWithRun: [...reading, ...changing, "run_in_thopter"],
};

const readRoutes = [
  "status",
  "rescues",
  "listThopters",
  "getThopter",
  "read",
  "transcript",
  "waitForThopters",
  "waitForOperations",
  "getOperation",
  "explain",
  "listOperations",
  "listApprovals",
  "getApproval",
  "listPeople",
  "whoAmI",
  "listTemplates",
  "getTemplate",
  "renderTemplate",
  "listIdentities",
];
const changeRoutes = [
  "provision",
  "restore",
  "planDestroy",
  "destroy",
  "tell",
  "restartAgent",
  "cancelOperation",
  "retryOperation",
  "extend",
  "renameThopter",
  "labelThopter",
  "listRepositories",
  "showRepository",
];
const terminalRoutes = ["attach", "lookAtTerminal", "typeIntoTerminal", "detach"];
const identityRoutes = ["createIdentity", "deleteIdentity", "setDefaultIdentity", "checkIdentity"];
const personRoutes = ["answer", "decide", "createToken", ...terminalRoutes, ...identityRoutes];
const loginRoutes = ["lookAtLogin", "approveLogin", "denyLogin"];
const ownRoutes = ["listTokens", "revokeToken", "createLinkCode", "getIdentity", ...loginRoutes];
const repositoryRoutes = ["setRepositoryVariables", "trustRepository", "deleteRepository"];
const adminRoutes = ["pause", "resume", "audit", "setRole", ...repositoryRoutes];
const routesOf: Record<CallerName, string[]> = {
  viewer: [...readRoutes, ...ownRoutes],
  operator: [...readRoutes, ...ownRoutes, ...changeRoutes, ...personRoutes, "run"],
  admin: [...readRoutes, ...ownRoutes, ...changeRoutes, ...personRoutes, "run", ...adminRoutes],
  readOnly: [...readRoutes, ...ownRoutes],
  agent: [...readRoutes, ...changeRoutes],
  agentWithRun: [...readRoutes, ...changeRoutes, "run"],
};

// Every caller's name is its token.
const names = Object.keys(callers) as CallerName[];

describe("who may use what", () => {
  it.each(names)("lets %s list and call its own tools, and no others", async (name) => {
    const hub = await startTestHub();
    const client = await hub.client(name);
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name).toSorted()).toEqual(toolsOf[name].toSorted());
    const callable: string[] = [];
    for (const tool of catalogue) {
      const outcome = await client
        .callTool({ name: tool.name, arguments: { wrong: 1 } })
        .then(JSON.stringify, String);
      // A wrong argument: whoever may call the tool is told so, and nobody gets further.
      expect(outcome).toMatch(/there is no argument|there is no such tool for you/);
      if (outcome.includes("there is no argument")) callable.push(tool.name);
    }
    expect(callable.toSorted()).toEqual(toolsOf[name].toSorted());
  });

  it.each(names)("lets %s call its own routes, and no others", async (name) => {
    const hub = await startTestHub();
    const allowed: string[] = [];
    for (const route of Object.keys(apiRoutes)) {
      const { status, body } = await hub.api(route, { wrong: 1 }, name);
      // A request that no route takes: who is allowed to ask is told what is wrong with it.
      expect([400, 403], `${route}: ${JSON.stringify(body)}`).toContain(status);
      if (status === 400) allowed.push(route);
    }
    expect(allowed.toSorted()).toEqual(routesOf[name].toSorted());
  });

  it("lets nobody in without a token that counts, on any route", async () => {
    const hub = await startTestHub();
    const routes = [
      ...Object.keys(apiRoutes).map((name) => ["POST", `/api/${name}`] as const),
      ...(["GET", "POST", "DELETE"] as const).map((method) => [method, "/mcp"] as const),
      ["GET", "/api/events"],
      ["GET", "/health"],
      ["GET", "/nowhere"],
    ] as const;
    for (const [method, path] of routes) {
      for (const token of [undefined, "unknown"]) {
        const response = await hub.request(path, {
          method,
          token,
          ...(method === "POST" ? { body: "{}" } : {}),
        });
        expect(response.status, `${method} ${path}`).toBe(401);
        expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
        expect(await response.json()).toHaveProperty("error.message");
      }
    }
    expect(hub.reports).toEqual([]);
  });

  it("lets every caller watch events and ask for health", async () => {
    const hub = await startTestHub();
    for (const name of names) {
      const health = await hub.request("/health", { token: name });
      expect(await health.json()).toEqual({
        ok: true,
        accepting: true,
        draining: false,
        version: "0.0.0-test",
      });
      const events = await hub.request("/api/events", { token: name });
      expect(events.status).toBe(200);
      await events.body?.cancel();
    }
  });

  it("covers every tool and every route", () => {
    const tools = new Set(Object.values(toolsOf).flat());
    const routes = new Set(Object.values(routesOf).flat());
    expect(catalogue.map(({ name }) => name).filter((name) => !tools.has(name))).toEqual([]);
    expect(Object.keys(apiRoutes).filter((name) => !routes.has(name))).toEqual([]);
  });
});
