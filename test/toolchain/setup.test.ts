import { existsSync, readFileSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createCheckout, lockFile } from "./checkout.ts";
import type { Checkout } from "./checkout.ts";

async function createReadyCheckout(): Promise<Checkout> {
  const checkout = createCheckout();
  const first = await checkout.run("bin/setup", "--tests");
  expect(first).toEqual({ code: 0, stdout: "Building dist\n", stderr: "" });
  return checkout;
}

/** A checkout in which the named programs are not installed. */
function createCheckoutWithout(...programs: string[]): Checkout {
  const checkout = createCheckout();
  for (const program of programs) {
    rmSync(checkout.path(`programs/${program}`));
  }
  return checkout;
}

/** A program that notes how it was called, below the given name, and then does as told. */
function noting(checkout: Checkout, name: string, then = ""): void {
  checkout.program(name, `echo "${name} $*" >> "${checkout.path("calls")}"\n${then}`);
}

function calls(checkout: Checkout): string[] {
  const file = checkout.path("calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

describe("bin/setup", () => {
  it("says and does nothing, in under 0.3 s, when nothing is to do", async () => {
    const { run } = await createReadyCheckout();

    const took: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const began = performance.now();
      expect(await run("bin/setup", "--tests")).toEqual({ code: 0, stdout: "", stderr: "" });
      took.push(performance.now() - began);
    }

    expect(Math.min(...took)).toBeLessThan(300);
  });

  it.each([["v18.20.8"], ["v20.18.3"]])("refuses Node %s", async (version) => {
    const { program, run } = createCheckout();
    program("node", `echo ${version}`);

    const { code, stderr } = await run("bin/setup");

    expect(code).toBe(1);
    expect(stderr).toContain(`Node is ${version}, it needs 20.19 or later`);
  });

  it.each([["v20.19.0"], ["v22.3.0"], ["v24.1.0"]])("takes Node %s", async (version) => {
    const { program, run } = await createReadyCheckout();
    program("node", `echo ${version}`);

    expect(await run("bin/setup")).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

describe("bin/setup and the packages", () => {
  it("installs them when the lock file names another version", async () => {
    const checkout = await createReadyCheckout();
    checkout.write("package-lock.json", lockFile("2.0.0"));
    noting(checkout, "npm", `echo '{"version":"2.0.0"}' > node_modules/one/package.json`);

    const { code, stdout } = await checkout.run("bin/setup");
    const again = await checkout.run("bin/setup");

    expect(code).toBe(0);
    expect(stdout).toBe("Installing packages (npm ci)\nBuilding dist\n");
    expect(again.stdout).toBe("");
    expect(calls(checkout)).toEqual(["npm ci --no-audit --no-fund"]);
  });

  it("installs them when one is missing", async () => {
    const checkout = createCheckout();
    rmSync(checkout.path("node_modules/one"), { recursive: true });
    noting(checkout, "npm");

    await checkout.run("bin/setup");

    expect(calls(checkout)).toEqual(["npm ci --no-audit --no-fund"]);
  });

  it("keeps those that npm install or a person put there, when they match", async () => {
    const checkout = createCheckout();
    checkout.write("package-lock.json", lockFile("2.0.0"));
    checkout.write("node_modules/one/package.json", JSON.stringify({ version: "2.0.0" }));
    noting(checkout, "npm");

    const { stdout } = await checkout.run("bin/setup");

    expect(stdout).toBe("Building dist\n");
    expect(calls(checkout)).toEqual([]);
  });

  it("shows what npm said when it fails, and tries again the next time", async () => {
    const checkout = await createReadyCheckout();
    checkout.write("package-lock.json", lockFile("2.0.0"));
    noting(checkout, "npm", "echo the disk is full; exit 7");

    const failed = await checkout.run("bin/setup");
    await checkout.run("bin/setup");

    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("the disk is full");
    expect(calls(checkout)).toHaveLength(2);
  });
});

describe("bin/setup and the system's programs", () => {
  const asRoot = "echo 0";
  const asPerson = "echo 1000";

  it("installs what is missing through apt-get as root", async () => {
    const checkout = createCheckoutWithout("tmux", "bwrap");
    checkout.program("id", asRoot);
    noting(checkout, "apt-get");

    const { code, stdout } = await checkout.run("bin/setup");

    expect(code).toBe(0);
    expect(stdout).toBe("Installing tmux bubblewrap\nBuilding dist\n");
    expect(calls(checkout)).toEqual([
      "apt-get update -qq",
      "apt-get install -y -qq --no-install-recommends tmux bubblewrap",
    ]);
  });

  it("installs it through a sudo that asks nothing", async () => {
    const checkout = createCheckoutWithout("git");
    checkout.program("id", asPerson);
    noting(checkout, "sudo", 'shift; exec "$@"');
    noting(checkout, "apt-get");

    const { code } = await checkout.run("bin/setup");

    expect(code).toBe(0);
    const update = "apt-get update -qq";
    const install = "apt-get install -y -qq --no-install-recommends git";
    expect(calls(checkout)).toEqual([
      "sudo -n true",
      ...[`sudo -n env DEBIAN_FRONTEND=noninteractive ${update}`, update],
      ...[`sudo -n env DEBIAN_FRONTEND=noninteractive ${install}`, install],
    ]);
  });

  it.each([["is not there"], ["asks"]])(
    "prints the command and stops where sudo %s",
    async (how) => {
      const checkout = createCheckoutWithout("tmux", "bwrap");
      checkout.program("id", asPerson);
      if (how === "asks") {
        checkout.program("sudo", "echo a password is required >&2; exit 1");
      }
      noting(checkout, "apt-get");

      const { code, stderr } = await checkout.run("bin/setup");

      expect(code).toBe(1);
      expect(stderr).toContain(
        "  sudo apt-get update && sudo apt-get install -y tmux bubblewrap\n",
      );
      expect(calls(checkout)).toEqual([]);
      expect(existsSync(checkout.path("dist"))).toBe(false);
    },
  );

  it("installs it through brew, without bubblewrap, on macOS", async () => {
    const checkout = createCheckoutWithout("tmux", "bwrap");
    checkout.program("uname", "echo Darwin");
    noting(checkout, "brew");

    const { code } = await checkout.run("bin/setup");

    expect(code).toBe(0);
    expect(calls(checkout)).toEqual(["brew install tmux"]);
  });

  it("says so where neither apt-get nor brew is", async () => {
    const { run } = createCheckoutWithout("tmux");

    const { code, stderr } = await run("bin/setup");

    expect(code).toBe(1);
    expect(stderr).toContain("Cannot install tmux: neither apt-get nor brew is here");
  });

  it("shows what apt-get said when it fails", async () => {
    const checkout = createCheckoutWithout("tmux");
    checkout.program("id", asRoot);
    checkout.program("apt-get", "echo no such package >&2; exit 100");

    const { code, stderr } = await checkout.run("bin/setup");

    expect(code).toBe(1);
    expect(stderr).toContain("no such package");
  });

  it("asks for what only tests need with --tests", async () => {
    const checkout = createCheckoutWithout("ps");
    checkout.program("id", asRoot);
    noting(checkout, "apt-get");

    await checkout.run("bin/setup");
    expect(calls(checkout)).toEqual([]);
    await checkout.run("bin/setup", "--tests");
    expect(calls(checkout).join("\n")).toContain("procps");
  });

  it("installs an SSH server for the tests, and leaves it off", async () => {
    const checkout = createCheckout();
    const setup = readFileSync(checkout.path("bin/setup"), "utf8");
    checkout.write("bin/setup", setup.replace("/usr/sbin/sshd", checkout.path("programs/sshd")));
    checkout.program("id", asRoot);
    noting(checkout, "apt-get");
    noting(checkout, "systemctl", "exit 1");

    const { code } = await checkout.run("bin/setup", "--tests");

    expect(code).toBe(0);
    expect(calls(checkout)).toEqual([
      "apt-get update -qq",
      "apt-get install -y -qq --no-install-recommends openssh-server",
      "systemctl disable --now ssh.service",
    ]);
  });
});

describe("the build", () => {
  it("is made again when a source changed, and drops what a removed source left", async () => {
    const { path, run, write } = await createReadyCheckout();
    write("src/extra.ts", "export const extra = 1;\n");

    expect((await run("bin/setup")).stdout).toBe("Building dist\n");
    expect(existsSync(path("dist/src/extra.js"))).toBe(true);

    rmSync(path("src/extra.ts"));
    expect((await run("bin/setup")).stdout).toBe("Building dist\n");
    expect(existsSync(path("dist/src/extra.js"))).toBe(false);
  });

  it("leaves the last one in place when it fails", async () => {
    const { run, write } = await createReadyCheckout();
    write("src/extra.ts", "export const = 1;\n");

    expect((await run("bin/setup")).code).not.toBe(0);

    expect((await run("bin/thopter", "list")).stdout).toBe("started with list\n");
    expect((await run("bin/setup")).stdout).toContain("Building dist");
  });

  it("survives several that are made at once", async () => {
    const { run, write } = await createReadyCheckout();
    write("src/extra.ts", "export const extra = 1;\n");

    const all = await Promise.all([1, 2, 3, 4].map(() => run("bin/build")));

    expect(all.map(({ code, stderr }) => (code === 0 ? "" : stderr))).toEqual(["", "", "", ""]);
    expect((await run("bin/thopter", "list")).stdout).toBe("started with list\n");
    expect((await run("bin/setup")).stdout).toBe("");
  });
});

describe("bin/thopter", () => {
  it("says what to run when it is not built yet", async () => {
    const { path, run } = createCheckout();

    const { code, stderr } = await run("bin/thopter", "list");

    expect(code).toBe(1);
    expect(stderr).toContain(`Run ${path("bin/setup")}, then try again.`);
  });
});
