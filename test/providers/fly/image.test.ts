import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { validate, ValidationSeverity } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { createSshFiles } from "../../../src/providers/fly/ssh-files.ts";
import { temporaryDirectory } from "../../temp-directory.ts";
import { makeKey } from "../../shell/sshd.ts";
import { requestOf } from "./fly-harness.ts";

const image = fileURLToPath(new URL("../../../src/providers/fly/image/", import.meta.url));
const text = (name: string): string => readFileSync(join(image, name), "utf8");

describe("the image", () => {
  it("has a Dockerfile without faults", () => {
    const strict = ValidationSeverity.ERROR;
    const found = validate(text("Dockerfile"), {
      ...{ deprecatedMaintainer: strict, directiveCasing: strict, instructionCasing: strict },
      ...{ emptyContinuationLine: strict, instructionCmdMultiple: strict },
      ...{ instructionEntrypointMultiple: strict, instructionHealthcheckMultiple: strict },
      ...{ instructionJSONInSingleQuotes: strict, instructionWorkdirRelative: strict },
    });
    expect(found.map(({ message, range }) => [range.start.line + 1, message])).toEqual([]);
  });

  it("copies only files that are there", () => {
    const copied = [...text("Dockerfile").matchAll(/^COPY (?:--\S+ )*(.+) \S+$/gm)];
    const names = copied.flatMap(([, list = ""]) => list.split(" "));
    expect(names.toSorted()).toEqual(readdirSync(image).filter((name) => name !== "Dockerfile"));
  });

  it("holds no key, token or login", () => {
    for (const name of readdirSync(image)) {
      expect(text(name), name).not.toMatch(/PRIVATE KEY|(TOKEN|SECRET|API_KEY)=\S/);
    }
    expect(text("Dockerfile")).toContain("/etc/ssh/ssh_host_*");
  });

  it("has a server that takes the keys from where the hub puts them, and nothing else", () => {
    const secret = Buffer.from("a secret of the hub");
    const files = createSshFiles({ secret, authorizedKey: "ssh-ed25519 AAAA" });
    const paths = files(requestOf("swift-heron")).map(({ path }) => path);
    for (const path of paths) {
      expect(text("sshd_config")).toContain(` ${path}\n`);
      expect(text("entry.sh")).toContain(path);
    }
    expect(text("sshd_config")).toMatch(/^PasswordAuthentication no$/m);
    expect(text("sshd_config")).toMatch(/^PermitRootLogin no$/m);
  });

  it("has settings that OpenSSH's server understands", () => {
    const directory = temporaryDirectory();
    makeKey(join(directory, "key"));
    const config = join(directory, "sshd_config");
    const settings = text("sshd_config").replace(/^HostKey .*$/m, `HostKey ${directory}/key`);
    writeFileSync(config, settings);
    const shown = execFileSync("/usr/sbin/sshd", ["-T", "-f", config, "-o", "Port=2222"], {
      encoding: "utf8",
    });
    expect(shown).toContain("allowusers thopter\n");
    expect(shown).toContain("port 2222\n");
  });

  it.each(["entry.sh", "claim-volume.sh", "profile.sh"])("has %s in sh's own language", (name) => {
    expect(execFileSync("sh", ["-n", join(image, name)], { encoding: "utf8" })).toBe("");
  });
});

describe("a volume that is claimed", () => {
  const claim = (volume: string, machine: string): void => {
    execFileSync("sh", [join(image, "claim-volume.sh"), volume, machine]);
  };

  it("keeps the home of the machine that had it last", () => {
    const volume = temporaryDirectory();
    claim(volume, "machine-1");
    writeFileSync(join(volume, "home", "work"), "mine");
    claim(volume, "machine-1");
    expect(readFileSync(join(volume, "home", "work"), "utf8")).toBe("mine");
  });

  it("shows another machine nothing of it, and loses it", async () => {
    const volume = temporaryDirectory();
    claim(volume, "machine-1");
    mkdirSync(join(volume, "lost+found"));
    mkdirSync(join(volume, "home", ".claude"), { recursive: true });
    writeFileSync(join(volume, "home", ".claude", "login"), "hush");
    writeFileSync(join(volume, "-odd name"), "");
    writeFileSync(join(volume, "..odd"), "");
    claim(volume, "machine-2");
    expect(readdirSync(join(volume, "home"))).toEqual([]);
    await expect
      .poll(() => readdirSync(volume).toSorted(), { timeout: 10_000 })
      .toEqual([".machine", "home", "lost+found"]);
  });

  it("is cleaned once more when the machine went down in the middle", () => {
    const volume = temporaryDirectory();
    claim(volume, "machine-1");
    writeFileSync(join(volume, "home", "theirs"), "hush");
    // All that a cut leaves: some of it moved aside, and no mark.
    mkdirSync(join(volume, ".old.1"));
    execFileSync("mv", [join(volume, ".machine"), join(volume, ".old.1")]);
    claim(volume, "machine-2");
    expect(existsSync(join(volume, "home", "theirs"))).toBe(false);
    expect(readFileSync(join(volume, ".machine"), "utf8")).toBe("machine-2");
  });
});
