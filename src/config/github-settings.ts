import { z } from "zod";
import { isLoopback } from "./fly-settings.ts";

/** How GitHub is reached. */
export const githubSettings = {
  GITHUB_API_URL: z
    .url({ protocol: /^https?$/ })
    .refine((text) => {
      // What is no address at all is told so already.
      if (!URL.canParse(text)) return true;
      const { protocol, hostname } = new URL(text);
      return protocol === "https:" || isLoopback(hostname);
    }, "the token would be sent in clear: use https")
    .default("https://api.github.com")
    .describe("where GitHub's REST API is"),
};
