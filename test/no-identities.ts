import type { ChosenIdentities } from "../src/core/ports/identities.ts";

/** For hubs whose thopters name no identity. */
export const noIdentities: ChosenIdentities = {
  logins: () => Promise.resolve({}),
  home: () => Promise.resolve(undefined),
};
