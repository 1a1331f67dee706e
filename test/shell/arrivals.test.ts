import { link, mkdir, writeFile } from "node:fs/promises";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { receiveInto } from "../../src/shell/arrivals.ts";
import { temporaryDirectory } from "../temp-directory.ts";

// What no careful tar would unpack: these go round tar.
describe("receiveInto", () => {
  it("refuses a hard link to a file that did not arrive", async () => {
    const root = temporaryDirectory();
    const directory = join(root, "target");
    await mkdir(directory);
    await writeFile(join(root, "outside"), "untouched");
    const arrival = { what: "get it", directory, maxBytes: 1_000 };
    const received = receiveInto(arrival, (staging) =>
      link(join(root, "outside"), join(staging, "inside")),
    );
    await expect(received).rejects.toThrow('"inside" is a hard link to a file elsewhere');
    expect(readdirSync(directory)).toEqual([]);
    expect(readFileSync(join(root, "outside"), "utf8")).toBe("untouched");
  });

  it("takes files that are linked to one another", async () => {
    const directory = temporaryDirectory();
    const arrival = { what: "get it", directory, maxBytes: 1_000 };
    await receiveInto(arrival, async (staging) => {
      await mkdir(join(staging, "deep"));
      await writeFile(join(staging, "one"), "same");
      await link(join(staging, "one"), join(staging, "deep/two"));
    });
    expect(statSync(join(directory, "one")).ino).toBe(statSync(join(directory, "deep/two")).ino);
  });

  it("leaves nothing behind when the filling fails", async () => {
    const directory = temporaryDirectory();
    const arrival = { what: "get it", directory, maxBytes: 1_000 };
    const received = receiveInto(arrival, async (staging) => {
      await writeFile(join(staging, "half"), "x");
      throw new Error("broke off");
    });
    await expect(received).rejects.toThrow("broke off");
    expect(readdirSync(directory)).toEqual([]);
  });
});
