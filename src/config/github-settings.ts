import { privateAddress } from "./web-address.ts";

/** How GitHub is reached. */
export const githubSettings = {
  GITHUB_API_URL: privateAddress()
    .default("https://api.github.com")
    .describe("where GitHub's REST API is"),
};
