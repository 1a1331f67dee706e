import { describe, expect, it } from "vitest";
import { lint } from "./lint.ts";

type Row = { may: string[]; mayNot: string[] };

// The table of who may import whom, each row once from its folder and once from below it.
const rows: Record<string, Row> = {
  "src/core/subject.ts": {
    may: ["./other.ts", "./ports/clock.ts"],
    mayNot: [
      "node:fs",
      "fs",
      "zod",
      "zod/v4",
      "../engine/engine.ts",
      "../fleet.ts",
      "../config.ts",
    ],
  },
  "src/core/ports/subject.ts": {
    may: ["./other.ts", "../errors.ts"],
    mayNot: ["node:fs", "zod", "../../engine/engine.ts", "../../main.ts"],
  },
  "src/engine/subject.ts": {
    may: ["./other.ts", "../core/errors.ts", "../core/ports/clock.ts", "cockatiel", "p-limit"],
    mayNot: ["node:fs", "keyv", "../store/store.ts", "../providers/fly/fly.ts", "../config.ts"],
  },
  "src/store/subject.ts": {
    may: ["./other.ts", "../core/errors.ts", "keyv", "@keyv/sqlite", "zod", "node:fs/promises"],
    mayNot: ["node:process", "hono", "../engine/engine.ts", "../shell/local.ts"],
  },
  "src/github/subject.ts": {
    may: ["./other.ts", "../core/errors.ts", "@octokit/request", "zod"],
    mayNot: ["node:fs", "hono", "../shell/git.ts", "../engine/engine.ts", "../config.ts"],
  },
  "src/shell/subject.ts": {
    may: ["./tmux.ts", "../core/errors.ts", "node:child_process"],
    mayNot: ["zod", "../agents/claude.ts", "../providers/local/local.ts", "../engine/engine.ts"],
  },
  "src/templates/subject.ts": {
    may: ["./other.ts", "../core/errors.ts", "liquidjs", "yaml", "zod", "node:fs/promises"],
    mayNot: ["node:process", "../shell/local.ts", "../steps/steps.ts", "../config.ts", "hono"],
  },
  "src/agents/subject.ts": {
    may: ["./claude.ts", "../core/errors.ts", "../shell/tmux.ts", "zod", "node:path"],
    mayNot: ["../providers/local/local.ts", "../engine/engine.ts", "../steps/launch.ts", "hono"],
  },
  "src/providers/local/subject.ts": {
    may: ["./other.ts", "../names.ts", "../../core/errors.ts", "../../shell/local.ts", "zod"],
    mayNot: ["../fly/fly.ts", "../../agents/claude.ts", "../../engine/engine.ts", "hono"],
  },
  "src/providers/subject.ts": {
    may: ["./names.ts", "../core/errors.ts"],
    mayNot: ["./fly/fly.ts", "../shell/local.ts", "node:fs"],
  },
  "src/steps/subject.ts": {
    may: ["./other.ts", "../core/errors.ts"],
    mayNot: [
      "node:fs",
      "zod",
      "../shell/local.ts",
      "../providers/fly/fly.ts",
      "../agents/claude.ts",
    ],
  },
  "src/fleet.ts": {
    may: ["./core/errors.ts", "./core/ports/engine.ts", "./fleet/views.ts"],
    mayNot: ["node:fs", "zod", "./engine/engine.ts", "./store/store.ts", "./config.ts"],
  },
  "src/fleet/subject.ts": {
    may: ["./other.ts", "../core/errors.ts"],
    mayNot: ["node:fs", "zod", "../fleet.ts", "../engine/engine.ts", "../store/store.ts"],
  },
  "src/config/subject.ts": {
    may: ["./other.ts", "../core/errors.ts", "zod"],
    mayNot: ["node:fs", "node:process", "../config.ts", "../store/store.ts"],
  },
  "src/config.ts": {
    may: ["./config/fly-settings.ts", "./core/errors.ts", "zod", "node:os"],
    mayNot: ["./main.ts", "./store/store.ts", "hono"],
  },
  "src/http/subject.ts": {
    may: ["./other.ts", "../core/errors.ts", "hono", "hono/streaming", "@hono/node-server", "zod"],
    mayNot: [
      "../fleet.ts",
      "../engine/engine.ts",
      "../store/store.ts",
      "../config.ts",
      "../../tools/index.ts",
    ],
  },
  "src/http/dashboard/subject.ts": {
    may: ["../other.ts", "../../core/errors.ts", "@modelcontextprotocol/sdk/server/mcp.js"],
    mayNot: [
      "keyv",
      "../../fleet.ts",
      "../../engine/engine.ts",
      "../../../commands/list.ts",
      "../../main.ts",
    ],
  },
  "src/cli/subject.ts": {
    may: ["./other.ts", "../core/errors.ts", "commander", "cli-table3", "../simulators/fly/fly.ts"],
    mayNot: [
      "../fleet.ts",
      "../engine/engine.ts",
      "../store/store.ts",
      "../http/server.ts",
      "hono",
    ],
  },
  "src/cli/commands/subject.ts": {
    may: [
      "../other.ts",
      "../../core/errors.ts",
      "../../simulators/slack/slack.ts",
      "eventsource-parser/stream",
      "yaml",
    ],
    mayNot: [
      "keyv",
      "../../main.ts",
      "../../config.ts",
      "../../fleet.ts",
      "../../engine/engine.ts",
      "../../http/server.ts",
      "../../../tools/index.ts",
    ],
  },
  "src/simulators/subject.ts": {
    may: ["./faults.ts", "../core/errors.ts", "hono", "node:http"],
    mayNot: ["./fly/fly.ts", "../providers/fly/fly.ts", "../config.ts"],
  },
  "src/simulators/fly/subject.ts": {
    may: ["./other.ts", "../faults.ts", "../../core/errors.ts", "hono", "node:http"],
    mayNot: ["../slack/slack.ts", "../../providers/fly/fly.ts", "../../engine/engine.ts"],
  },
  "src/main.ts": {
    may: ["./engine/engine.ts", "./config.ts", "../tools/index.ts", "pino"],
    mayNot: ["./simulators/fly/fly.ts", "node:process"],
  },
  "src/part-of-main.ts": {
    may: ["./store/sqlite-store.ts", "./fleet.ts", "../commands/index.ts", "ulid", "node:fs"],
    mayNot: ["./simulators/slack/slack.ts", "node:process"],
  },
  "src/checks/subject.ts": {
    may: ["./other.ts", "../config.ts", "../cli/commands/doctor.ts", "node:fs"],
    mayNot: ["../simulators/slack/slack.ts", "node:process"],
  },
  "src/identities/subject.ts": {
    may: ["./other.ts", "../config.ts", "../store/sqlite-store.ts", "node:fs"],
    mayNot: ["../simulators/slack/slack.ts", "node:process"],
  },
  "src/machinery/subject.ts": {
    may: ["./other.ts", "../config.ts", "../providers/fly/fly.ts", "node:fs"],
    mayNot: ["../simulators/slack/slack.ts", "node:process"],
  },
  "src/secrets/subject.ts": {
    may: ["./other.ts", "../config.ts", "../core/errors.ts", "node:fs"],
    mayNot: ["../simulators/slack/slack.ts", "node:process"],
  },
  "tools/subject.ts": {
    may: ["./other.ts", "../src/core/errors.ts", "@modelcontextprotocol/sdk/types.js", "zod"],
    mayNot: [
      "../src/fleet.ts",
      "node:fs",
      "../src/engine/engine.ts",
      "../src/http/server.ts",
      "../commands/list.ts",
    ],
  },
  "tools/views/subject.ts": {
    may: ["../other.ts", "../../src/core/ports/fleet.ts", "zod"],
    mayNot: ["../../src/fleet.ts", "../../commands/list.ts", "node:fs"],
  },
  "commands/subject.ts": {
    may: ["./other.ts", "../src/core/errors.ts", "@slack/bolt", "zod"],
    mayNot: [
      "../src/fleet.ts",
      "node:fs",
      "../src/engine/engine.ts",
      "../src/simulators/slack/slack.ts",
      "../tools/index.ts",
    ],
  },
  "commands/cards/subject.ts": {
    may: ["../other.ts", "../../src/core/errors.ts"],
    mayNot: ["hono", "../../src/fleet.ts", "../../src/engine/engine.ts", "../../tools/index.ts"],
  },
  "src/newcomer/subject.ts": { may: [], mayNot: ["./other.ts", "../core/errors.ts", "zod"] },
  "src/steps/deep/subject.ts": { may: [], mayNot: ["./other.ts", "../../core/errors.ts"] },
  "test/subject.test.ts": {
    may: ["../src/engine/engine.ts", "../src/simulators/fly/fly.ts", "node:fs", "hono"],
    mayNot: [],
  },
};

/** What the named rules say of the files. */
async function lintRules(rules: string[], files: Record<string, string>): Promise<string[]> {
  const problems = await lint(files);
  return problems.filter((problem) => rules.includes(problem.replace(/^.* /, "")));
}

function importing(specifiers: string[]): string {
  return specifiers
    .map((specifier, index) => `import { it as it${String(index)} } from "${specifier}";\n`)
    .join("");
}

describe("who may import whom", () => {
  it("is held in every row of the table", async () => {
    const files = Object.entries(rows).map(([path, { may, mayNot }]): [string, string] => [
      path,
      importing([...mayNot, ...may]),
    ]);

    const problems = await lintRules(["no-restricted-imports"], Object.fromEntries(files));

    const expected = Object.entries(rows).flatMap(([path, { mayNot }]) =>
      mayNot.map((_, index) => `${path}:${String(index + 1)} no-restricted-imports`),
    );
    expect(problems).toEqual(expected.toSorted());
  });

  it("is held for every way to import", async () => {
    const problems = await lintRules(
      ["no-restricted-imports", "consistent-type-imports", "no-dynamic-require"],
      {
        "src/core/subject.ts": [
          'import { one } from "../engine/engine.ts";',
          'import type { Two } from "../engine/engine.ts";',
          'import { type Three } from "../engine/engine.ts";',
          'export { four } from "../engine/engine.ts";',
          'export * from "../engine/engine.ts";',
          'import "../engine/engine.ts";',
          'await import("../engine/engine.ts");',
          'export type Five = import("../engine/engine.ts").Five;',
          "const name: string = one;",
          "await import(name);",
        ].join("\n"),
      },
    );

    expect(problems).toEqual([
      "src/core/subject.ts:1 no-restricted-imports",
      "src/core/subject.ts:10 no-dynamic-require",
      ...[2, 3, 4, 5, 6, 7].map(
        (line) => `src/core/subject.ts:${String(line)} no-restricted-imports`,
      ),
      "src/core/subject.ts:8 consistent-type-imports",
    ]);
  });

  it("is not got round by a path that climbs back", async () => {
    const problems = await lintRules(["no-restricted-imports"], {
      "src/core/subject.ts": importing([
        "./../engine/engine.ts",
        "./ports/../../engine/engine.ts",
        "././../engine/engine.ts",
      ]),
      "src/engine/subject.ts": importing(["../core/../store/store.ts"]),
    });

    expect(problems).toEqual([
      "src/core/subject.ts:1 no-restricted-imports",
      "src/core/subject.ts:2 no-restricted-imports",
      "src/core/subject.ts:3 no-restricted-imports",
      "src/engine/subject.ts:1 no-restricted-imports",
    ]);
  });
});

describe("the core", () => {
  it("has no clock, no randomness, no process and no network", async () => {
    const expressions = [
      "Date.now()",
      "new Date()",
      "Math.random()",
      "performance.now()",
      "crypto.randomUUID()",
      "setTimeout(() => undefined, 1)",
      "setInterval(() => undefined, 1)",
      "setImmediate(() => undefined)",
      "queueMicrotask(() => undefined)",
      "AbortSignal.timeout(1)",
      "process.pid",
      "globalThis.process",
      'fetch("http://localhost")',
    ];
    const source = expressions
      .map(
        (expression, index) => `export const it${String(index)} = (): unknown => ${expression};\n`,
      )
      .join("");

    const problems = await lintRules(["no-restricted-globals", "no-restricted-properties"], {
      "src/core/ports/subject.ts": source,
      "src/core/subject.ts": source,
      "src/shell/subject.ts": source,
    });

    const places = problems.map((problem) => problem.replace(/ .*/, ""));
    const expected = ["src/core/ports/subject.ts", "src/core/subject.ts"].flatMap((path) =>
      expressions.map((_, index) => `${path}:${String(index + 1)}`),
    );
    expect(places).toEqual(expected.toSorted());
  });
});

describe("the environment", () => {
  it("is read by src/config.ts alone", async () => {
    const source = 'import { env } from "node:process";\nexport const it = [process.env, env];\n';
    const paths = [
      "commands/subject.ts",
      "src/cli/subject.ts",
      "src/config.ts",
      "src/core/subject.ts",
      "src/engine/subject.ts",
      "src/main.ts",
      "src/shell/subject.ts",
      "test/subject.ts",
      "tools/subject.ts",
    ];

    const problems = await lintRules(
      ["no-process-env", "no-restricted-imports"],
      Object.fromEntries(paths.map((path) => [path, source])),
    );

    const readers = paths.filter((path) => path !== "src/config.ts" && path !== "test/subject.ts");
    expect(problems).toEqual(
      readers.flatMap((path) => [`${path}:1 no-restricted-imports`, `${path}:2 no-process-env`]),
    );
  });
});

describe("other rules", () => {
  it("leaves printing to the command line", async () => {
    const source = 'console.log("hello");\n';

    const problems = await lintRules(["no-console"], {
      "src/cli/subject.ts": source,
      "src/engine/subject.ts": source,
      "tools/subject.ts": source,
      "commands/subject.ts": source,
    });

    expect(problems).toEqual([
      "commands/subject.ts:1 no-console",
      "src/engine/subject.ts:1 no-console",
      "tools/subject.ts:1 no-console",
    ]);
  });

  it("refuses two files that import each other", async () => {
    const problems = await lintRules(["no-cycle"], {
      "src/engine/one.ts":
        'import { two } from "./two.ts";\nexport const one = (): unknown => two;\n',
      "src/engine/two.ts":
        'import { one } from "./one.ts";\nexport const two = (): unknown => one;\n',
    });

    expect(problems).toEqual(["src/engine/one.ts:1 no-cycle", "src/engine/two.ts:1 no-cycle"]);
  });

  it("refuses a promise that nobody waits for", async () => {
    const problems = await lintRules(["no-floating-promises"], {
      "src/engine/subject.ts": "export function it(): void {\n  Promise.resolve(1);\n}\n",
    });

    expect(problems).toEqual(["src/engine/subject.ts:2 no-floating-promises"]);
  });

  it("refuses any", async () => {
    const problems = await lintRules(["no-explicit-any"], {
      "src/engine/subject.ts": "export const it = (value: any): unknown => value;\n",
    });

    expect(problems).toEqual(["src/engine/subject.ts:1 no-explicit-any"]);
  });

  it("refuses a test that is skipped or alone", async () => {
    const source =
      'import { it } from "vitest";\nit.skip("a", () => {});\nit.only("b", () => {});\n';

    const problems = await lintRules(["no-disabled-tests", "no-focused-tests"], {
      "test/subject.test.ts": source,
    });

    expect(problems).toEqual([
      "test/subject.test.ts:2 no-disabled-tests",
      "test/subject.test.ts:3 no-focused-tests",
    ]);
  });
});
