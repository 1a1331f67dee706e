import { z } from "zod";
import { isLoopback } from "../core/loopback.ts";

/** The address of something that speaks HTTP. */
export const webAddress = z.url({ protocol: /^https?$/ });

/** The same where a token is sent to: nobody on the way can read it, or the way is this machine. */
export function privateAddress(isPrivateHost: (hostname: string) => boolean = () => false) {
  return webAddress.refine((text) => {
    // What is no address at all is told so already.
    if (!URL.canParse(text)) return true;
    const { protocol, hostname } = new URL(text);
    return protocol === "https:" || isLoopback(hostname) || isPrivateHost(hostname);
  }, "the token would be sent in clear: use https");
}
