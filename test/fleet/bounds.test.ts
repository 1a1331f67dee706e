import { describe, expect, it } from "vitest";
import type { Store } from "../../src/core/ports/store.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { callers, minute, refusalOf, startRig } from "./rig.ts";

const { ann, ben, ada, vera } = callers;
const never = new AbortController().signal;
const size = { columns: 100, rows: 30 };

describe("a person who takes more than their part", () => {
  it("sits at ten terminals at most, and keeps nobody else from theirs", async () => {
    const rig = await startRig();
    const { fleet } = rig;
    await rig.provision(ann, { name: "amber-falcon" });
    await rig.provision(ben, { name: "brave-otter" });
    const sit = (caller: typeof ann, thopter: string): Promise<{ id: string }> =>
      fleet.attach(caller, { thopter, ...size }, never);
    const first = await sit(ann, "amber-falcon");
    for (let count = 1; count < 10; count += 1) await sit(ann, "amber-falcon");
    expect(await refusalOf(sit(ann, "amber-falcon"))).toMatch(
      /^full: Cannot attach: you are attached 10 times already/,
    );
    await sit(ben, "brave-otter");
    await fleet.detach(ann, first.id);
    await sit(ann, "amber-falcon");
  });

  it("makes the hub read its records once, however many names are waited for", async () => {
    const inner = createMemoryStore();
    let lists = 0;
    const store: Store = {
      ...inner,
      list(kind, options) {
        if (kind === "thopter") lists += 1;
        return inner.list(kind, options);
      },
    };
    const rig = await startRig({ store });
    const { id } = await rig.provision(ann, { name: "amber-falcon" });
    lists = 0;
    const unknown = Array.from({ length: 500 }, (_none, n) => `nobody-${n}`);
    const wait = (thopters: string[]) =>
      rig.fleet.waitForThopters(
        vera,
        { thopters, until: "ready", mode: "all", timeoutMs: 0 },
        { signal: never },
      );
    expect(await refusalOf(wait(unknown))).toMatch(/^not_found: Cannot find a thopter "nobody-0"/);
    expect(lists).toBe(1);
    const { thopters } = await wait(["amber-falcon", id, "amber-falcon"]);
    expect(thopters.map((one) => one.id)).toEqual([id]);
  });
});

describe("a token that ends", () => {
  it("makes none that lives longer than itself", async () => {
    const { fleet, clock } = await startRig();
    const { secret } = await fleet.createToken(ada, {
      ...{ kind: "person", label: "for an hour", expiresInMs: 60 * minute },
    });
    const caller = await fleet.authenticate(secret, "cli");
    const kind = "person" as const;
    const made = await Promise.all([
      fleet.createToken(caller, { kind, label: "for ever" }),
      fleet.createToken(caller, { kind, label: "for a day", expiresInMs: 24 * 60 * minute }),
      fleet.createToken(caller, { kind: "agent", label: "of another", person: "ben" }),
    ]);
    const shorter = await fleet.createToken(caller, { kind, label: "short", expiresInMs: minute });
    const end = clock.now() + 60 * minute;
    expect(made.map(({ token }) => token.expiresAt)).toEqual([end, end, end]);
    expect(shorter.token.expiresAt).toBe(clock.now() + minute);
    const plain = await fleet.createToken(ada, { kind, label: "by one without an end" });
    expect(plain.token.expiresAt).toBeUndefined();
  });
});

describe("a secret of a repository", () => {
  it("that no log could hide is refused where it is set; a plain word is not", async () => {
    const { fleet } = await startRig();
    const address = "owner/gate";
    const set = (name: string, value: string) =>
      fleet.setRepositoryVariables(ada, { address, set: { [name]: value } });
    for (const name of ["NPM_TOKEN", "db_password", "API_KEY", "CLIENT_SECRET"]) {
      const words = await refusalOf(set(name, "s3krt"));
      expect(words).toBe(
        `invalid: Cannot keep the variable "${name}": its value has fewer than 6 characters, and so short a secret cannot be kept out of logs and screens. Choose a longer one.`,
      );
    }
    await set("NPM_TOKEN", "s3krts");
    await set("PORT", "3000");
    await set("CI", "1");
  });
});
