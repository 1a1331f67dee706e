import { describe, expect, it } from "vitest";
import { repositoryKey } from "../../src/core/repository-key.ts";

describe("the key of a repository", () => {
  it.each([
    ["https://github.com/Owner/Gate.git", "github.com/owner/gate"],
    ["https://GitHub.com/owner/gate/", "github.com/owner/gate"],
    ["https://github.com:443/owner/gate", "github.com/owner/gate"],
    ["git@github.com:owner/gate.git", "github.com/owner/gate"],
    ["ssh://git@github.com/owner/gate", "github.com/owner/gate"],
    ["ssh://git@github.com:22/owner/gate.git", "github.com/owner/gate"],
    ["git@host:Group/Sub/name.git", "host/Group/Sub/name"],
    ["https://host/Group/Sub/name", "host/Group/Sub/name"],
    ["ssh://git@[::1]:2222/a", "[::1]:2222/a"],
    ["/srv/gate.git/", "file:/srv/gate.git"],
    ["file:///srv/gate.git", "file:/srv/gate.git"],
  ])("of %s is %s", (address, key) => expect(repositoryKey(address)).toBe(key));

  it.each([
    ["https://github.com/owner/gate", "https://github.com/owner/gate2"],
    ["https://github.com/owner/gate", "https://github.com/owner/gate/../../evil/x"],
    ["https://github.com/owner/gate", "https://github.com.evil.com/owner/gate"],
    ["https://github.com/owner/gate", "https://evil.com/github.com/owner/gate"],
    ["https://github.com/owner/gate", "https://github.com:8443/owner/gate"],
    ["git@host:a/b", "eve@host:a/b"],
    ["ssh://git@host/a/b", "ssh://host/a/b"],
    ["https://host/a/B", "https://host/a/b"],
    ["/srv/gate", "/srv/gate.git"],
    ["https://github.com/owner/gate", "owner/gate"],
    ["*", "https://host/*"],
  ])("tells %s from %s", (one, other) => expect(repositoryKey(one)).not.toBe(repositoryKey(other)));

  it.each(["", " ", "*", "https://", "https://host/", "git@host:", "git@host:/", "/"])(
    "of %o is there all the same",
    (text) => expect(repositoryKey(text)).not.toBe(""),
  );
});
