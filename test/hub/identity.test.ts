import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { startHub } from "./hub-kit.ts";
import type { TestHub } from "./hub-kit.ts";
import { machinesIn } from "./nothing-left.ts";
import { packedHome } from "./packed-home.ts";

vi.setConfig({ testTimeout: 120_000 });

const login = "a-login-of-no-known-shape-93b1";
const oauth = "an-oauth-token-of-no-known-shape";
const logins = [{ variable: "ANTHROPIC_API_KEY", value: login }];
const never = new AbortController().signal;

/** The files below the identities of a data directory. */
function keptIn({ data }: TestHub): string[] {
  const directory = join(data, "identities");
  if (!existsSync(directory)) return [];
  const all = readdirSync(directory, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

function inHome({ data }: TestHub, file: string): string {
  const [machine = ""] = machinesIn(data);
  return join(data, "machines", machine, "home", file);
}

it("a hub that dies between upload and record leaves no half identity", async () => {
  const hub = await startHub({ secrets: [login] });
  const archive = await packedHome({ ".profile": "export A=a-file-of-no-known-shape" });
  const { upload, digest } = await hub.person.uploadHome(archive, {}, never);
  const [staged = ""] = keptIn(hub);
  expect(staged).toContain(".staged");
  expect(readFileSync(staged, "latin1")).not.toContain("profile");
  expect(statSync(staged).mode & 0o777).toBe(0o600);
  await hub.kill();
  // As if it had died after the rename and before the record.
  await hub.start();
  expect(keptIn(hub)).toEqual([]);
  const created = hub.person.call("createIdentity", { name: "mine", upload });
  await expect(created).rejects.toMatchObject({ code: "not_found" });
  expect(await hub.person.call("listIdentities", {})).toEqual([]);

  const again = await hub.person.uploadHome(archive, {}, never);
  expect(again.digest).toBe(digest);
  const made = await hub.person.call("createIdentity", {
    ...{ name: "mine", upload: again.upload, logins },
  });
  expect(keptIn(hub)).toEqual([join(hub.data, "identities", made.id, `${digest}.tar.gz.sealed`)]);
  const [kept = ""] = keptIn(hub);
  expect(readFileSync(kept).subarray(0, 2).toString("hex")).not.toBe("1f8b");
  expect(statSync(join(hub.data, "identities", made.id)).mode & 0o777).toBe(0o700);
  await hub.kill();
  writeFileSync(join(hub.data, "identities", made.id, `${"0".repeat(64)}.tar.gz.sealed`), "half");
  await hub.start();
  expect(keptIn(hub)).toEqual([kept]);
  // The redactor has learnt the login again.
  const { name } = await hub.ready({ identity: "mine" });
  expect(readFileSync(inHome(hub, ".profile"), "utf8")).toContain("export A");
  await hub.person.call("tell", { thopter: name, text: login });
  await expect
    .poll(async () => (await hub.person.call("read", { thopter: name, what: "screen" })).text)
    .toContain("Heard[[redacted]]");
  await hub.person.call("deleteIdentity", { identity: "mine" });
  expect(keptIn(hub)).toEqual([]);
  await hub.end();
});

it("a home is captured from a thopter that rests, and never from one that works", async () => {
  const files = {
    "agent.sh": `while read -r line; do
  case $line in
    busy) printf '{"status":"working"}\\n' >> "$THOPTER_REPORTS" ;;
    rest) printf '{"status":"idle"}\\n' >> "$THOPTER_REPORTS" ;;
    make) printf mine > "$HOME/.toolrc"; mkdir -p "$HOME/.cache" "$HOME/sub"
      printf x > "$HOME/.cache/x"; printf s > "$HOME/sub/deep"
      ln -s /etc/passwd "$HOME/out"; printf h > "$HOME/.bash_history"; echo made ;;
    pipe) mkfifo "$HOME/pipe"; echo piped ;;
  esac
done`,
  };
  const hub = await startHub({ files });
  const { name } = await hub.ready({ name: "amber-falcon" });
  const tell = (text: string) => hub.person.call("tell", { thopter: name, text });
  const screen = async () =>
    (await hub.person.call("read", { thopter: name, what: "screen" })).text;
  const status = async (thopter = name) =>
    (await hub.person.call("getThopter", { thopter })).agentState?.status;
  const capture = () =>
    hub.person.call("createIdentity", { name: "mine", fromThopter: name, exclude: ["sub/deep"] });
  await tell("make");
  await expect.poll(screen).toContain("made");
  await tell("busy");
  await expect.poll(() => status()).toBe("working");
  await expect(capture()).rejects.toThrow(
    /its agent is working, and a home in use is never copied/,
  );
  await tell("rest");
  await expect.poll(() => status(), { timeout: 20_000 }).toBe("idle");
  const made = await capture();
  expect(made).toMatchObject({ capturedFrom: "the thopter amber-falcon", hasHome: true });
  expect(made.leftOut.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["out", ".bash_history", "task.md"]),
  );
  await hub.destroyed(name);
  await hub.ready({ name: "tawny-owl", identity: "mine" });
  expect(readFileSync(inHome(hub, ".toolrc"), "utf8")).toBe("mine");
  expect(existsSync(inHome(hub, "sub"))).toBe(true);
  for (const file of ["sub/deep", "out", ".bash_history", ".cache/x"]) {
    expect(existsSync(inHome(hub, file)), file).toBe(false);
  }
  await hub.person.call("tell", { thopter: "tawny-owl", text: "pipe" });
  await expect
    .poll(
      async () => (await hub.person.call("read", { thopter: "tawny-owl", what: "screen" })).text,
    )
    .toContain("piped");
  await expect.poll(() => status("tawny-owl"), { timeout: 20_000 }).toBe("idle");
  const hostile = hub.person.call("createIdentity", { name: "bad", fromThopter: "tawny-owl" });
  await expect(hostile).rejects.toThrow(/Cannot take "pipe" into an identity/);
  await hub.end();
});

it("a login is asked about live, and a refused one is not provisioned with", async () => {
  const seen: string[] = [];
  let answers = 200;
  const api = createServer((request, response) => {
    const { "x-api-key": key, authorization, "anthropic-version": version } = request.headers;
    seen.push(`${request.url ?? ""} ${String(key ?? authorization)} ${String(version)}`);
    response.writeHead(answers, { location: "http://127.0.0.1:1/elsewhere" }).end("{}");
  });
  await new Promise<void>((resolve) => void api.listen(0, "127.0.0.1", () => resolve()));
  onTestFinished(() => void api.close());
  const { port } = api.address() as AddressInfo; // It listens on a port.
  const hub = await startHub({
    secrets: [login, oauth],
    env: { ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}/` },
  });
  const both = [...logins, { variable: "CLAUDE_CODE_OAUTH_TOKEN", value: oauth }];
  await hub.person.call("createIdentity", { name: "mine", logins: both });
  const check = async () => {
    const { logins: checked } = await hub.person.call("checkIdentity", { identity: "mine" });
    return checked.map(({ check: last }) => last?.result);
  };
  expect(await check()).toEqual(["valid", "valid"]);
  expect(seen.toSorted()).toEqual([
    `/v1/models Bearer ${oauth} 2023-06-01`,
    `/v1/models ${login} 2023-06-01`,
  ]);
  answers = 302;
  expect(await check()).toEqual(["unreachable", "unreachable"]);
  answers = 401;
  expect(await check()).toEqual(["refused", "refused"]);
  await expect(hub.provision({ identity: "mine" })).rejects.toThrow(
    /was refused when it was last checked.*must renew it: thopter identity create mine --replace --login/,
  );
  await hub.end();
});

it("an upload is a person's, and no larger than allowed", async () => {
  const hub = await startHub();
  const archive = await packedHome({ a: "a" });
  await expect(hub.agent.uploadHome(archive, {}, never)).rejects.toMatchObject({
    code: "forbidden",
  });
  const large = Buffer.alloc(20 * 1024 * 1024 + 1);
  await expect(hub.person.uploadHome(large, {}, never)).rejects.toThrow(/larger than 20 MB/);
  await expect(hub.client("nobody").uploadHome(archive, {}, never)).rejects.toMatchObject({
    code: "unauthenticated",
  });
  await expect(hub.person.uploadHome(Buffer.from("x"), {}, never)).rejects.toThrow(/no archive/);
  expect(keptIn(hub)).toEqual([]);
  await hub.end();
});
