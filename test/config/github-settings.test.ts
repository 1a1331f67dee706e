import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { temporaryDirectory } from "../temp-directory.ts";

function read(url: string): string {
  return readConfig({ THOPTER_DATA_DIR: temporaryDirectory(), GITHUB_API_URL: url }).GITHUB_API_URL;
}

describe("GITHUB_API_URL", () => {
  it.each(["https://github.example.com/api/v3", "http://127.0.0.1:8080", "http://localhost:1"])(
    "may be %s",
    (url) => expect(read(url)).toBe(url),
  );

  it.each(["http://api.github.com", "http://127.0.0.1.example.com", "http://app.internal"])(
    "is refused as %s: the token would be sent in clear",
    (url) => expect(() => read(url)).toThrow(/GITHUB_API_URL.*the token would be sent in clear/),
  );

  it.each(["ftp://127.0.0.1", "api.github.com"])("is no %s", (url) =>
    expect(() => read(url)).toThrow(/GITHUB_API_URL/),
  );
});
