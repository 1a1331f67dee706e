import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { startGitHub } from "../github/github-stand-in.ts";
import type { GitHubStandIn } from "../github/github-stand-in.ts";
import { startHub } from "./hub-kit.ts";
import type { Provisioned, TestHub } from "./hub-kit.ts";
import { machinesIn } from "./nothing-left.ts";
import { packedHome } from "./packed-home.ts";

const login = { variable: "A_LOGIN", value: "a-login-of-no-known-shape-71d0" };
const issue = "https://github.com/owner/gate/issues/5";

/** It counts its starts, and says what it was given. */
const agent = `#!/bin/sh
echo "started $A_LOGIN" >> "$HOME/starts"
cat "$THOPTER_TASK_FILE" > "$HOME/told"
exec sh ./agent.sh
`;

/** What says which home is installed is a pipe that nobody writes to: whoever reads it waits. */
const holdingSetup = '#!/bin/sh\nmkfifo "$HOME/.thopter/identity"\n';

/** A hub with a template, an identity with a home and a login, and issues to read. */
export type FullHub = {
  hub: TestHub;
  github: GitHubStandIn;
  /** A thopter with all of it. */
  provision(): Promise<Provisioned>;
  /** Gives the identity a home in which `.toolrc` says this. */
  replaceHome(says: string): Promise<void>;
  /** A file of the only machine's home. */
  inHome(file: string): string;
  /** Lets the installing of its home go on. */
  letHomeGo(): void;
};

/** Whether homes are held where they are installed, until `letHomeGo`. */
export async function startFullHub({ isHeld = false } = {}): Promise<FullHub> {
  const github = await startGitHub();
  github.issues.set("owner/gate#5", { title: "It squeaks" });
  const hub = await startHub({
    env: {
      GITHUB_TOKEN: github.token,
      GITHUB_API_URL: github.url,
      THOPTER_AGENT_COMMAND: "sh ./counted.sh",
    },
    files: {
      "counted.sh": agent,
      ".thopter/config.yml": "labels: [of-the-repository]\n",
      ...(isHeld ? { ".thopter/setup": holdingSetup } : {}),
    },
    secrets: [github.token, login.value],
  });
  mkdirSync(join(hub.data, "templates"), { recursive: true });
  writeFileSync(join(hub.data, "templates", "careful.md"), "Take care: {{ task }}");

  async function replaceHome(says: string): Promise<void> {
    const { upload } = await hub.person.uploadHome(
      await packedHome({ ".toolrc": says }),
      {},
      never,
    );
    const request = { name: "mine", upload, logins: [login], replace: true };
    const isThere = (await hub.person.call("listIdentities", {})).length > 0;
    await hub.person.call("createIdentity", { ...request, replace: isThere });
  }

  function inHome(file: string): string {
    const [machine = ""] = machinesIn(hub.data);
    return join(hub.data, "machines", machine, "home", file);
  }

  await replaceHome("of-the-identity");
  return {
    ...{ hub, github, replaceHome, inHome },
    provision: () =>
      hub.provision({
        ...{ name: "amber-falcon", task: "Oil it", template: "careful" },
        ...{ identity: "mine", context: [issue] },
      }),
    letHomeGo() {
      const pipe = inHome(".thopter/identity");
      // Opened for both, which never waits: whoever waits is let in, and reads its end once it is closed.
      const end = openSync(pipe, constants.O_RDWR);
      rmSync(pipe);
      closeSync(end);
    },
  };
}

const never = new AbortController().signal;

/** That the only machine has everything that was asked for, once. */
export async function expectWhole({ hub, inHome }: FullHub, says = "of-the-identity") {
  expect(machinesIn(hub.data)).toHaveLength(1);
  await expect.poll(() => existsSync(inHome("told")), { timeout: 10_000 }).toBe(true);
  const told = /^Take care: Oil it\n\nThe hub has read .*: (\/.*owner-gate-5\.md)\n$/;
  await expect.poll(() => readFileSync(inHome("told"), "utf8"), { timeout: 10_000 }).toMatch(told);
  expect(readFileSync(inHome("starts"), "utf8")).toBe(`started ${login.value}\n`);
  expect(readFileSync(inHome(".toolrc"), "utf8")).toBe(says);
  expect(readFileSync(inHome("context/owner-gate-5.md"), "utf8")).toContain("# It squeaks");
  const { items } = await hub.person.call("listThopters", { limit: 50 });
  const ready = items.filter(({ status }) => status === "ready");
  expect(ready).toMatchObject([{ labels: ["of-the-repository"] }]);
}
