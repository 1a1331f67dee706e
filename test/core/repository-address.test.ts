import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { parseBase, parseRepository } from "../../src/core/repository-address.ts";

const parse = (address: string, local = false) => parseRepository(address, { local });

describe("the address of a repository", () => {
  it.each([
    ["https://github.com/owner/name", "https"],
    ["https://github.com/owner/name.git", "https"],
    ["https://git.example.com:8443/a/b/c", "https"],
    ["https://[2001:db8::1]:8443/owner/name", "https"],
    ["ssh://git@github.com/owner/name.git", "ssh"],
    ["ssh://git@host:2222/owner/name", "ssh"],
    ["ssh://git@[::1]:22/owner/name", "ssh"],
    ["git@github.com:owner/name.git", "ssh"],
    ["git@host:~user/name", "ssh"],
  ])("may be %s", (address, protocol) => {
    expect(parse(address)).toEqual({ address, protocol });
  });

  it("may be a name on GitHub", () => {
    const address = "https://github.com/owner/name.git";
    expect(parse("owner/name").address).toBe(address);
    expect(parse("owner/name.git").address).toBe(address);
    expect(parse(" owner/name\n").address).toBe(address);
  });

  it("may be a local path for persons alone", () => {
    for (const address of ["/srv/git/name", "file:///srv/git/name"]) {
      expect(parse(address, true)).toEqual({ address, protocol: "file" });
      expect(() => parse(address)).toThrow("local paths are for persons only");
    }
  });

  it.each([
    ["", "nothing"],
    ["  ", "blanks"],
    ["-u", "an option"],
    ["--upload-pack=touch /tmp/x", "a long option"],
    [" --upload-pack=x", "an option behind a blank"],
    ["ext::sh -c id", "a command"],
    ["ext::sh%20-c%20id", "a command without blanks"],
    ["fd::3", "a file descriptor"],
    ["http://github.com/owner/name", "http"],
    ["HTTPS://github.com/owner/name", "a protocol in capitals"],
    ["git://github.com/owner/name", "the git protocol"],
    ["ftp://github.com/owner/name", "ftp"],
    ["file://host/owner/name", "a file on another host"],
    ["FILE:///etc", "a file in capitals"],
    ["javascript:alert(1)", "a script"],
    ["https:/github.com/owner/name", "one slash"],
    ["https://", "no host"],
    ["https:///owner/name", "an empty host"],
    ["https://github.com", "no path"],
    ["https://github.com/", "an empty path"],
    ["https://-host/owner/name", "a host that is an option"],
    ["https://[::1/owner/name", "an open bracket"],
    ["https://host:0/owner/name", "port 0"],
    ["https://host:65536/owner/name", "a port too high"],
    ["https://host:1x/owner/name", "a port that is none"],
    ["https://host/owner/name?token=abc", "a query"],
    ["https://host/owner/name#abc", "a fragment"],
    ["ssh://-oProxyCommand=id@host/name", "a user that is an option"],
    ["ssh://@host/name", "an empty user"],
    ["ssh://-oProxyCommand=id/name", "a host that is an ssh option"],
    ["-oProxyCommand=id@host:name", "a short form that is an option"],
    ["git@-host:name", "a short form with a host that is an option"],
    ["git@host:-name", "a short form with a path that is an option"],
    ["git@host::name", "a remote helper in the short form"],
    ["git@host://name", "a short form that git takes for a URL"],
    ["git@host:owner://name", "a short form with a URL in its path"],
    ["owner/..", "the directory above"],
    ["../owner/name", "a relative path"],
    ["./name", "another relative path"],
    ["~/name", "a home"],
    ["C:\\name", "a drive"],
    ["owner/name/more", "too many parts"],
    ["https://github.com/owner/na me", "a blank"],
    ["https://github.com/owner/name\nevil", "a new line"],
    ["https://github.com/owner/name\u0000", "NUL"],
    ["https://github.com/owner/\u001b[2Jname", "an escape"],
    ["https://github.com/owner/\u009b2Jname", "an escape of eight bits"],
    ["https://github.com/owner/\u202eeman", "text turned round"],
    ["https://github.com/owner/na\u200bme", "a sign without width"],
    ["https://github.com/owner/na\u00a0me", "a blank that does not break"],
    ["https://g\u0456thub.com/owner/name", "a letter that looks like another"],
    ["https://github.com\u2215evil.com/name", "a slash that is none"],
    ["https\uff1a//github.com/owner/name", "a colon that is none"],
    ["https://github.com\\@evil.com/name", "a back slash"],
    [`https://github.com/${"a".repeat(1000)}`, "a long one"],
  ])("is refused: %j (%s)", (address) => {
    expect(() => parse(address, true)).toThrow(/^Cannot use the repository/);
  });

  it.each([
    "https://user:s3cret@host/owner/name",
    "https://s3cret@host/owner/name",
    "https://user:s3cret/x@host/owner/name",
    "https://user:pa@s3cret@host/owner/name",
    "https://h:s3cret@host/owner/name",
    "http://user:s3cret@host/owner/name",
    "HTTPS://user:s3cret@host/owner/name",
    "ftp://user:s3cret@host/owner/name",
    "ssh://user:s3cret@host/owner/name",
    "user:s3cret@host:owner/name",
    "ext::https://user:s3cret@host/owner/name",
    "https://user:s3cret\n@host/owner/name",
    "https://user:s3cret @host/owner/name",
    "-https://user:s3cret@host/owner/name",
    "https://host/owner/name?token=s3cret",
    "https://host/owner/name#s3cret",
  ])("is refused with a login, which is not repeated: %j", (address) => {
    const message = messageOf(() => parse(address, true));
    expect(message).toMatch(/^Cannot use the repository/);
    expect(message).not.toContain("s3cret");
  });

  it("says where a login belongs", () => {
    expect(messageOf(() => parse("https://user:s3cret@host/owner/name"))).toBe(
      'Cannot use the repository "https://***@host/owner/name": an address holds no login. Set GITHUB_TOKEN on the hub instead. Give an address such as "https://github.com/owner/name" or "git@host:owner/name.git".',
    );
  });

  it("never passes what git could take for an option, a helper or a second line", () => {
    const parts = ["-", "--", "::", "ext::", "https://", "ssh://", "git@", "host", ":", "/", "a"];
    const odd = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: "binary" })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(odd, (pieces) => {
        const accepted = acceptedOr(undefined, () => parse(pieces.join("")));
        if (accepted === undefined) return;
        expect(accepted.address).toMatch(/^(?:https:\/\/|ssh:\/\/|\w[\w.-]*@)/);
        expect(accepted.address).not.toMatch(/[\s\p{Cc}]/u);
        expect(accepted.address).not.toMatch(/^[A-Za-z0-9+.-]*::/);
        expect(accepted.address).not.toMatch(/^(?!https:|ssh:)[^]*:\/\//);
      }),
      { numRuns: 3000 },
    );
  });

  it("is judged at once, however long it is", () => {
    const began = performance.now();
    for (const text of ["@".repeat(1e6), "a:".repeat(5e5), `https://${"a@".repeat(5e5)}`]) {
      expect(() => parse(text)).toThrow("Cannot use the repository");
    }
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe("where to start from", () => {
  it.each(["main", "v1.2.3", "feature/one", "a1b2c3d", "user@host", "refs/heads/main"])(
    "may be %s",
    (base) => {
      expect(parseBase(base)).toBe(base);
    },
  );

  it.each([
    "",
    "-b",
    "--detach",
    "a..b",
    "a@{1}",
    "a.lock",
    "a/",
    "a b",
    "a\nb",
    "a~1",
    "a^",
    "a:b",
    "/a",
    "\u001b[2Jmain",
    "m\u0430in",
    "a".repeat(251),
  ])("is refused: %j", (base) => {
    const message = messageOf(() => parseBase(base));
    expect(message).toMatch(/^Cannot start from/);
    expect(message).not.toContain("\u001b");
  });
});

function acceptedOr<T>(otherwise: T, run: () => T): T {
  try {
    return run();
  } catch {
    return otherwise;
  }
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("nothing was thrown");
}
