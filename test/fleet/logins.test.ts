import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { CollectedLogin, StartedLogin } from "../../src/core/login.ts";
import { settle } from "../manual-clock.ts";
import { callers, minute, refusalOf, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";

const { ann, ada, vera, annReading, agent } = callers;
const verifier = "what only the asker knows";
const challenge = createHash("sha256").update(verifier).digest("hex");
const never = new AbortController().signal;

type Asked = StartedLogin & {
  rig: Rig;
  collect(waitMs?: number, signal?: AbortSignal): Promise<CollectedLogin>;
};

async function asked(patch: { rig?: Rig; label?: string; address?: string } = {}): Promise<Asked> {
  const { label = "ann@laptop", address = "203.0.113.7" } = patch;
  const rig = patch.rig ?? (await startRig());
  const started = await rig.fleet.logins.startLogin({ label, address, challenge });
  return {
    ...{ ...started, rig },
    collect: (waitMs = 0, signal = never) =>
      rig.fleet.logins.collectLogin({ id: started.id, verifier, waitMs }, signal),
  };
}

function tokenOf(collected: CollectedLogin): string {
  if (collected.status === "approved") return collected.token;
  throw new Error(`It is ${collected.status}`);
}

describe("a login", () => {
  it("that a person confirms makes a token of theirs, once", async () => {
    const { rig, code, expiresInMs, collect } = await asked();
    expect(code).toMatch(/^[0-9a-f]{5}-[0-9a-f]{5}$/);
    expect(expiresInMs).toBe(10 * minute);
    expect(await collect()).toEqual({ status: "pending" });
    const looked = await rig.fleet.lookAtLogin(ann, { code });
    expect(looked).toMatchObject({ code, label: "ann@laptop", address: "203.0.113.7" });
    const approved = await rig.fleet.approveLogin(ann, { code });
    expect(approved).toMatchObject({ personName: "ann", role: "operator" });
    expect(await rig.store.list("token")).toEqual([]);

    const [first, second] = await Promise.allSettled([collect(), collect()]);
    const collected = [first, second].filter(({ status }) => status === "fulfilled");
    expect(collected).toHaveLength(1);
    const linked = first.status === "fulfilled" ? first.value : { status: "pending" as const };
    expect(linked).toMatchObject({ status: "approved", personName: "ann", role: "operator" });
    expect(await refusalOf(collect())).toMatch(/^not_found: .*Ask anew with "thopter login"/);
    const caller = await rig.fleet.authenticate(tokenOf(linked), "cli");
    expect(caller).toMatchObject({ actor: { kind: "person", personId: "ann" }, role: "operator" });
    const tokens = await rig.fleet.listTokens(ann);
    expect(tokens).toMatchObject([{ kind: "person", label: "login from ann@laptop" }]);
    expect(await rig.auditLines()).toEqual([
      "person:ann login.approve accepted",
      "person:ann login.collect accepted",
    ]);
  });

  it("is found by its code however that is typed", async () => {
    const { rig, code } = await asked();
    for (const typed of [code.replace("-", ""), ` ${code.toUpperCase()} `, `\`${code}\``]) {
      expect((await rig.fleet.lookAtLogin(ann, { code: typed })).code).toBe(code);
    }
  });

  it("gives nothing to who has not the secret of the asker", async () => {
    const { rig, id, code, collect } = await asked();
    await rig.fleet.approveLogin(ann, { code });
    for (const other of ["", challenge, `${verifier} `, "x".repeat(200)]) {
      const collected = rig.fleet.logins.collectLogin({ id, verifier: other, waitMs: 0 }, never);
      expect(await refusalOf(collected)).toMatch(/^not_found/);
    }
    const unknown = rig.fleet.logins.collectLogin({ id: "x", verifier, waitMs: 0 }, never);
    expect(await refusalOf(unknown)).toMatch(/^not_found/);
    expect(tokenOf(await collect())).toMatch(/^thp_person_/);
  });

  it("has the role of who confirms it, also of a viewer, and no more than their token", async () => {
    const rig = await startRig();
    for (const [caller, role] of [
      [vera, "viewer"],
      [ada, "admin"],
      [{ ...ada, role: "operator" as const }, "operator"],
      [{ ...vera, role: "admin" as const }, "viewer"],
    ] as const) {
      const { code, collect } = await asked({ rig });
      expect((await rig.fleet.approveLogin(caller, { code })).role).toBe(role);
      const { role: given } = await rig.fleet.authenticate(tokenOf(await collect()), "cli");
      expect(given).toBe(role);
    }
  });

  it("ends no later than the token that confirmed it", async () => {
    const { rig, code, collect } = await asked();
    const made = await rig.fleet.createToken(ann, {
      ...{ kind: "person", label: "short", role: "viewer", expiresInMs: 60 * minute },
    });
    const short = await rig.fleet.authenticate(made.secret, "cli");
    await rig.fleet.approveLogin(short, { code });
    const secret = tokenOf(await collect());
    expect(await rig.fleet.authenticate(secret, "cli")).toMatchObject({ role: "viewer" });
    await rig.clock.advance(60 * minute);
    expect(await refusalOf(rig.fleet.authenticate(secret, "cli"))).toMatch(/^unauthenticated/);
  });

  it("is confirmed for someone else by an admin alone, with their role", async () => {
    const { rig, code, collect } = await asked();
    const forVera = { code, person: "vera" };
    expect(await refusalOf(rig.fleet.approveLogin(ann, forVera))).toMatch(/^forbidden: .*admin/);
    const nobody = rig.fleet.approveLogin(ada, { code, person: "zoe" });
    expect(await refusalOf(nobody)).toMatch(/^not_found: .*"zoe"/);
    await rig.fleet.approveLogin(ada, forVera);
    expect(await collect()).toMatchObject({ personName: "vera", role: "viewer" });
    expect(await rig.auditLines()).toEqual([
      "person:ada login.approve accepted",
      "person:vera login.collect accepted",
    ]);
  });

  it("is no matter for agents, nor for a token that only reads", async () => {
    const { rig, code } = await asked();
    const { fleet } = rig;
    for (const caller of [agent, callers.adminAgent]) {
      for (const call of [fleet.lookAtLogin, fleet.approveLogin, fleet.denyLogin]) {
        expect(await refusalOf(call(caller, { code }))).toMatch(/^forbidden: .*only a person/);
      }
    }
    for (const call of [fleet.approveLogin, fleet.denyLogin]) {
      expect(await refusalOf(call(annReading, { code }))).toMatch(/^forbidden: .*read-only/);
    }
    expect(await fleet.lookAtLogin(annReading, { code })).toMatchObject({ code });
  });

  it("that is denied gives nothing, and says so", async () => {
    const { rig, code, collect } = await asked();
    const waiting = collect(45_000);
    await rig.fleet.denyLogin(ann, { code });
    expect(await waiting).toEqual({ status: "denied" });
    expect(await collect()).toEqual({ status: "denied" });
    expect(await refusalOf(rig.fleet.approveLogin(ann, { code }))).toMatch(
      /^conflict: .*denied already.*asks anew/,
    );
    expect(await rig.auditLines()).toEqual(["person:ann login.deny accepted"]);
    expect(await rig.store.list("token")).toEqual([]);
  });

  it("is decided once when two decide at the same time", async () => {
    const { rig, code } = await asked();
    const decisions = [ann, ada, vera].map((caller) => rig.fleet.approveLogin(caller, { code }));
    const decided = await Promise.allSettled(decisions);
    expect(decided.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(await rig.auditLines()).toEqual(["person:ann login.approve accepted"]);
  });

  it("expires, also when it is confirmed by then", async () => {
    const rig = await startRig();
    const confirmed = await asked({ rig });
    const open = await asked({ rig });
    await rig.fleet.approveLogin(ann, { code: confirmed.code });
    await rig.clock.advance(10 * minute - 30_000);
    const waiting = open.collect(45_000);
    await rig.clock.advance(30_000);
    expect(await waiting).toEqual({ status: "expired" });
    expect(await refusalOf(confirmed.collect())).toMatch(/^not_found/);
    const late = rig.fleet.approveLogin(ann, { code: open.code });
    expect(await refusalOf(late)).toMatch(/^not_found: .*wrong, used or expired/);
    expect(await rig.store.list("token")).toEqual([]);
  });

  it("is forgotten by a hub that starts anew", async () => {
    const { rig, id, code } = await asked();
    const { fleet } = await rig.restart();
    const collected = fleet.logins.collectLogin({ id, verifier, waitMs: 0 }, never);
    expect(await refusalOf(collected)).toMatch(/^not_found: .*restarted\. Ask anew/);
    expect(await refusalOf(fleet.approveLogin(ann, { code }))).toMatch(/^not_found/);
  });
});

describe("waiting for a login", () => {
  it("ends with the decision, with the time it has, and with the client", async () => {
    const { rig, code, collect } = await asked();
    const brief = collect(1000);
    await rig.clock.advance(1000);
    expect(await brief).toEqual({ status: "pending" });
    const long = collect(10 * minute);
    await rig.clock.advance(45_000);
    expect(await long).toEqual({ status: "pending" });

    const client = new AbortController();
    const left = collect(45_000, client.signal);
    await settle();
    client.abort();
    expect(await left).toEqual({ status: "pending" });
    expect(await collect(45_000, client.signal)).toEqual({ status: "pending" });

    const waiting = collect(45_000);
    await settle();
    await rig.fleet.approveLogin(ann, { code });
    expect(await waiting).toMatchObject({ status: "approved" });
  });

  it("gives nothing to a client that left before the decision", async () => {
    const { rig, code, collect } = await asked();
    const client = new AbortController();
    const left = collect(45_000, client.signal);
    client.abort();
    await rig.fleet.approveLogin(ann, { code });
    expect(await left).toEqual({ status: "pending" });
    expect(await collect(0, client.signal)).toEqual({ status: "pending" });
    expect(await collect()).toMatchObject({ status: "approved" });
  });

  it("goes on for the latest alone", async () => {
    const { rig, code, collect } = await asked();
    const former = collect(45_000);
    const latest = collect(45_000);
    expect(await former).toEqual({ status: "pending" });
    await rig.fleet.approveLogin(ann, { code });
    expect(await latest).toMatchObject({ status: "approved" });
  });
});

describe("limits", () => {
  it("after five wrong codes even the right one is refused for a while, to that person", async () => {
    const { rig, code } = await asked();
    const { fleet, clock } = rig;
    for (let wrong = 0; wrong < 5; wrong += 1) {
      const looked = fleet.lookAtLogin(ann, { code: `00000-0000${wrong}` });
      expect(await refusalOf(looked)).toMatch(/^not_found: .*shows a new one/);
    }
    for (const call of [fleet.lookAtLogin, fleet.approveLogin, fleet.denyLogin]) {
      expect(await refusalOf(call(ann, { code }))).toMatch(/^forbidden: .*too many wrong.*ten min/);
    }
    expect(await fleet.lookAtLogin(ada, { code })).toMatchObject({ code });
    await clock.advance(10 * minute);
    const { code: next } = await asked({ rig });
    expect(await fleet.approveLogin(ann, { code: next })).toMatchObject({ personName: "ann" });
  });

  it("words that are no code cost no try", async () => {
    const { rig, code } = await asked();
    for (const text of ["", "page", "me in please", "zzzzz-zzzzz", "0", "1".repeat(900)]) {
      const looked = rig.fleet.lookAtLogin(ann, { code: text });
      expect(await refusalOf(looked)).toMatch(/^invalid: .*no code.*shows one/);
    }
    expect(await rig.fleet.lookAtLogin(ann, { code })).toMatchObject({ code });
  });

  it("only so many wait from one address, and in all, until they expire", async () => {
    const rig = await startRig();
    for (let one = 0; one < 10; one += 1) await asked({ rig, address: "10.0.0.1" });
    expect(await refusalOf(asked({ rig, address: "10.0.0.1" }))).toMatch(/^full: .*your address/);
    for (let one = 0; one < 90; one += 1) await asked({ rig, address: `10.0.1.${one}` });
    expect(await refusalOf(asked({ rig, address: "10.0.2.1" }))).toMatch(/^full: .*Try again in/);
    await rig.clock.advance(10 * minute);
    await asked({ rig, address: "10.0.0.1" });
  });

  it("what the asker calls itself is clean and short, and fits a token", async () => {
    const rig = await startRig();
    for (const [label, shown] of [
      ["ann\u202e@\u001b[31mlaptop\n\nOK", "ann@laptop OK"],
      ["\u200b \n", "a machine without a name"],
      ["x".repeat(500), `${"x".repeat(79)}…`],
    ] as const) {
      const { code, collect } = await asked({ rig, label });
      expect(await rig.fleet.approveLogin(ann, { code })).toMatchObject({ label: shown });
      await collect();
      const labels = (await rig.fleet.listTokens(ann)).map((token) => token.label);
      expect(labels).toContain(`login from ${shown}`);
    }
  });
});

it("everyone may give up the token that they use, and a viewer no other", async () => {
  const rig = await startRig();
  const secrets: string[] = [];
  for (const caller of [vera, vera]) {
    const { code, collect } = await asked({ rig });
    await rig.fleet.approveLogin(caller, { code });
    secrets.push(tokenOf(await collect()));
  }
  const [own = "", other = ""] = secrets;
  const caller = await rig.fleet.authenticate(own, "cli");
  const ids = (await rig.fleet.listTokens(caller)).map(({ id }) => id);
  const ownId = caller.actor.kind === "person" ? (caller.actor.tokenId ?? "") : "";
  const otherId = ids.find((id) => id !== ownId) ?? "";
  expect(await refusalOf(rig.fleet.revokeToken(caller, otherId))).toMatch(/^forbidden/);
  await rig.fleet.revokeToken(caller, ownId);
  expect(await refusalOf(rig.fleet.authenticate(own, "cli"))).toMatch(/^unauthenticated/);
  expect(await rig.fleet.authenticate(other, "cli")).toMatchObject({ role: "viewer" });
});
