import { describe, expect, it } from "vitest";
import { causeOf, failureOf, gitError } from "../../src/shell/git-failure.ts";
import { nearest } from "../../src/shell/git-nearest.ts";

describe("what git says", () => {
  it.each([
    ["fatal: write error: No space left on device", "disk"],
    ["fatal: transport 'ext' not allowed", "protocol"],
    [
      "ssh: Could not resolve hostname x: Temporary failure in name resolution\nfatal: Could not read from remote repository.",
      "transient",
    ],
    ["fatal: unable to access 'https://x/': Could not resolve host: x", "transient"],
    ["error: RPC failed; curl 92\nfatal: early EOF", "transient"],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 503", "transient"],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 403", "auth"],
    ["fatal: could not read Username for 'https://x': terminal prompts disabled", "auth"],
    [
      "git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.",
      "auth",
    ],
    ["remote: Repository not found.\nfatal: repository 'https://x/' not found", "missing"],
    ["fatal: '/x' does not appear to be a git repository", "missing"],
    ["!\tHEAD:refs/heads/x\t[rejected] (non-fast-forward)", "rejected"],
    ["fatal: bad object HEAD", "damaged"],
    ["fatal: something new", "other"],
  ])("%j is %s", (stderr, failure) => {
    expect(failureOf(stderr)).toBe(failure);
  });

  it("is a cause, never part of the message", () => {
    const error = gitError("read it", 128, `fatal: \u001b[31m${"x".repeat(5000)}`);
    expect(error.message).toBe("Cannot read it: git ended with exit code 128.");
    expect(error.cause).toEqual(new Error("x".repeat(2000)));
    expect(causeOf("a\u001bb\u0000c\n").message).toBe("a b c");
    expect(gitError("save it", 128, "No space left on device").message).toBe(
      "Cannot save it: the disk of the machine is full. Free space on it, then try again.",
    );
  });
});

describe("the nearest names", () => {
  it("are those that hold the word, then those with the fewest edits", () => {
    const names = ["main", "feature/login", "develop", "devel-old", "x"];
    expect(nearest("devel", names, 3)).toEqual(["develop", "devel-old", "main"]);
    expect(nearest("MIAN", names, 1)).toEqual(["main"]);
    expect(nearest("any", [], 10)).toEqual([]);
  });
});
