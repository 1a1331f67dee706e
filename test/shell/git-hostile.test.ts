import { chmodSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import type { Clone } from "../../src/core/ports/git.ts";
import { commit, createFixture, git, never, write } from "./git-fixture.ts";
import { cloned, gitPort, rescued } from "./git-rescue-fixture.ts";

/** Every use of the port on one clone. */
async function useAll(clone: Clone): Promise<void> {
  const { baseCommit = "" } = clone;
  await gitPort.unsaved(clone, never);
  await gitPort.summary(clone, baseCommit, never);
  await gitPort.diff(clone, { baseCommit, maxBytes: 100_000 }, never);
  await gitPort.bundle(clone, never);
  const push = { branch: "thopter/rescue/x", access: { protocols: "file" } };
  await gitPort.pushRescue(clone, push, never);
}

describe("a hostile clone", () => {
  it("runs nothing of its own: hooks, filters, drivers, helpers, monitors", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const { path } = clone;
    const marker = join(fixture.root, "marker");
    const program = join(fixture.root, "evil.sh");
    write(fixture.root, { "evil.sh": `#!/bin/sh\necho "$0 $*" >> '${marker}'\nexec cat\n` });
    chmodSync(program, 0o755);
    commit(path, { "mine.txt": "mine\n" });
    write(path, {
      ".gitattributes":
        "* filter=evil diff=evil merge=evil ident\n*.enc working-tree-encoding=NO-SUCH\n",
      "a.txt": "edited\n",
      "x.enc": "encoded\n",
    });
    const settings: Record<string, string> = {
      "core.fsmonitor": program,
      "core.hooksPath": join(path, "hooks"),
      "core.sshCommand": program,
      "core.gitProxy": program,
      "core.pager": program,
      "core.editor": program,
      "core.askPass": program,
      "core.alternateRefsCommand": program,
      "core.worktree": "/nonexistent",
      "core.bare": "true",
      "credential.helper": program,
      "diff.external": program,
      "diff.evil.command": program,
      "diff.evil.textconv": program,
      "filter.evil.clean": program,
      "filter.evil.smudge": program,
      "filter.evil.process": program,
      "filter.evil.required": "true",
      "filter.lfs.process": program,
      "gpg.program": program,
      "commit.gpgSign": "true",
      "push.gpgSign": "true",
      "log.showSignature": "true",
      "pack.packObjectsHook": program,
      "uploadpack.packObjectsHook": program,
      "remote.origin.receivepack": program,
      "remote.origin.uploadpack": program,
      "remote.origin.vcs": "ext",
      "remote.origin.promisor": "true",
      "extensions.partialClone": "origin",
      "alias.status": `!${program}`,
      "include.path": program,
    };
    const hooks = ["post-index-change", "pre-push", "reference-transaction", "post-checkout"];
    for (const hook of hooks) {
      write(path, { [`hooks/${hook}`]: `#!/bin/sh\n'${program}'\n` });
      write(path, { [`.git/hooks/${hook}`]: `#!/bin/sh\n'${program}'\n` });
      chmodSync(join(path, "hooks", hook), 0o755);
      chmodSync(join(path, ".git/hooks", hook), 0o755);
    }
    for (const [name, value] of Object.entries(settings)) {
      git(path, "config", "--file", join(path, ".git/config"), name, value);
    }
    await useAll(clone);
    const restored = await rescued(fixture, clone);
    expect(git(restored.path, "diff", "--no-textconv", "--no-ext-diff", "--stat")).toContain(
      "a.txt",
    );
    expect(existsSync(marker)).toBe(false);
    expect(existsSync(join(restored.path, "x.enc"))).toBe(true);
  });

  it("cannot keep its work from a rescue with settings that git cannot read", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    write(clone.path, { ".git/config": "[broken", ".git/info/attributes": "* -diff\n" });
    write(clone.path, { "a.txt": "edited\n", ".gitattributes": "* -diff\n" });
    const { baseCommit = "" } = clone;
    const { text } = await gitPort.diff(clone, { baseCommit, maxBytes: 9999 }, never);
    expect(text).toContain("+edited");
    await useAll(clone);
  });

  it("cannot send the work elsewhere by a link in place of its parts", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    commit(clone.path, { "a.txt": "mine\n" });
    git(clone.path, "update-ref", "refs/thopter/head", "HEAD~1");
    git(clone.path, "update-ref", "refs/replace/x/y", "HEAD~1");
    const restored = await rescued(fixture, clone);
    expect(git(restored.path, "show", "HEAD:a.txt")).toBe("mine");
    expect(git(restored.path, "rev-parse", "refs/rescued/thopter/kept/head")).toBe(
      clone.baseCommit,
    );
    expect(readdirSync(clone.scratch).toSorted()).toEqual(["origin-tags", "rescue.bundle"]);
  });
});

describe("a hostile request", () => {
  it.each([
    "--upload-pack=touch marker",
    "-oProxyCommand=touch",
    "ext::sh -c touch% marker",
    "ext::sh",
    "fd::0",
    "https://ada:secret@example.com/x.git",
    "http://example.com/x.git",
    "git://example.com/x.git",
    "ssh://-oProxyCommand=touch/x.git",
    "git@-oProxyCommand=touch:x.git",
    "relative/path",
    "/with\nnewline",
    "",
  ])("is refused before git sees it: %j", async (repository) => {
    const { place, request, root } = createFixture();
    await expect(gitPort.clone(place("one"), request({ repository }), never)).rejects.toThrow(
      UserError,
    );
    expect(readdirSync(root).toSorted()).toEqual(["home", "remote.git", "seed"]);
  });

  it("is refused by its protocol", async () => {
    const { place, request } = createFixture();
    const access = { protocols: "https:ssh" };
    await expect(gitPort.clone(place("one"), request({ access }), never)).rejects.toThrow(
      /"file" is not allowed here. Allowed: https, ssh./,
    );
  });

  it.each(["--all", "-b", "HEAD --", "$(id)", "refs/../x"])("names no base: %j", async (base) => {
    const { place, request } = createFixture();
    await expect(gitPort.clone(place("one"), request({ base }), never)).rejects.toThrow(UserError);
  });
});

describe("a hostile repository", () => {
  it("runs nothing while it is cloned", async () => {
    const fixture = createFixture();
    const marker = join(fixture.root, "marker");
    const hook = `#!/bin/sh\ntouch '${marker}'\n`;
    write(fixture.seed, { ".githooks/post-checkout": hook, ".git-hooks/post-checkout": hook });
    commit(fixture.seed, {
      ".gitattributes": "* filter=evil\n*.enc working-tree-encoding=NO-SUCH\n",
      ".gitmodules": `[submodule "x"]\n\tpath = x\n\turl = ext::touch% ${marker}\n\tupdate = !touch ${marker}\n`,
    });
    git(fixture.seed, "push", "--quiet", "origin", "main");
    const clone = await cloned(fixture);
    expect(existsSync(marker)).toBe(false);
    expect(await gitPort.unsaved(clone, never)).toMatchObject({ commits: 0 });
  });
});
