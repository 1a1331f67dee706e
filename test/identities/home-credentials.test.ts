import { describe, expect, it } from "vitest";
import { credentialsIn } from "../../src/identities/home-credentials.ts";

const value = "v-5f2d91c0-value";
const other = "w-1a2b3c4d-other";
const inBase64 = Buffer.from(`ann:${value}`).toString("base64");

const files: [string, string][] = [
  [".netrc", `machine example.com login annabella password ${value}\n`],
  [".netrc", `machine example.com\n  login ann\n  password ${value}\n`],
  [".npmrc", `registry=https://r.example.com/\n//r.example.com/:_authToken=${value}\n`],
  [".npmrc", `//r.example.com/:_password="${value}"`],
  [".npmrc", `_auth=${value}`],
  [".yarnrc.yml", `npmAuthToken: "${value}"\n`],
  [".pypirc", `[pypi]\nusername = __token__\npassword = ${value}\n`],
  [".git-credentials", `https://ann:${value}@github.com\n`],
  [".claude/.credentials.json", JSON.stringify({ claudeAiOauth: { accessToken: value } })],
  [".claude.json", JSON.stringify({ mcpServers: { a: { env: { A_TOKEN: value } } } })],
  [".claude/settings.json", JSON.stringify({ env: { ANTHROPIC_AUTH_TOKEN: value } })],
  [".codex/auth.json", JSON.stringify({ OPENAI_API_KEY: null, tokens: { refresh_token: value } })],
  [".codex/config.toml", `[x]\nexperimental_bearer_token = "${value}"\n`],
  [".config/gh/hosts.yml", `github.com:\n    user: ann\n    oauth_token: ${value}\n`],
  [".docker/config.json", JSON.stringify({ auths: { "r.example.com": { auth: inBase64 } } })],
  [".aws/credentials", `[default]\naws_secret_access_key = ${value}\n`],
  [".cargo/credentials.toml", `[registry]\ntoken = "${value}"\n`],
  [".kube/config", `users:\n- user:\n    token: ${value}\n`],
  [".pgpass", `host:5432:*:ann:${value}\n`],
  ["work/.env", `# local\nDB_PASSWORD='${value}'\n`],
  [".vault-token", `${value}\n`],
];

describe("the values of files of credentials", () => {
  it.each(files)("are found in %s: %j", (path, text) => {
    expect(credentialsIn(path, Buffer.from(text))).toContain(value);
  });

  it("are found line by line in a private key", () => {
    const lines = [
      "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ",
      "AAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUxOQ",
    ];
    const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;
    expect(credentialsIn(".ssh/id_ed25519", Buffer.from(key))).toEqual(lines);
  });

  it("are all of them, and nothing that is a plain word", () => {
    const text = JSON.stringify({
      ...{ token_type: "bearer-like", accessToken: value, refreshToken: other, tokens: 12345678 },
      ...{ subscriptionType: "enterprise", expiresAt: 1795290000000, email: "ann@example.com" },
    });
    expect(credentialsIn(".config/x/credentials.json", Buffer.from(text))).toEqual([value, other]);
    expect(credentialsIn(".netrc", Buffer.from("machine a login b password short"))).toEqual([]);
  });

  it("are looked for nowhere else, and in no large or odd file", () => {
    const text = `token = ${value}\n`;
    for (const path of ["src/main.py", ".bashrc", ".gitconfig", ".ssh/id_ed25519.pub"]) {
      expect(credentialsIn(path, Buffer.from(text)), path).toEqual([]);
    }
    expect(credentialsIn(".npmrc", Buffer.alloc(300_000, text))).toEqual([]);
    expect(credentialsIn(".codex/auth.json", Buffer.from("[".repeat(200_000)))).toEqual([]);
    const many = Array.from({ length: 5000 }, (_none, n) => `t${n}_token=${value}${n}`).join("\n");
    expect(credentialsIn(".env", Buffer.from(many))).toHaveLength(200);
  });
});
