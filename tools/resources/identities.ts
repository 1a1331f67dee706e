import type { FixedResource } from "./define-resource.ts";

export const identitiesResource: FixedResource = {
  uri: "thopter://identities",
  name: "identities",
  title: "Identities",
  description: "The homes and logins that provision_thopter may name for you; no secret is shown",
  async read({ fleet, caller }) {
    const identities = await fleet.listIdentities(caller);
    return {
      identities: identities.map(({ name, ownerName, mine, isDefault, hasHome, variables }) => ({
        ...{ name, owner: ownerName, is_yours: mine, is_default: isDefault, has_home: hasHome },
        logins: variables,
      })),
      otherwise:
        'Leave identity out for the default. "none" is none, for those who may choose at all.',
    };
  },
  // Who takes which one unasked is a setting.
  changesWith: ({ kind, record }) =>
    kind === "identity" || (kind === "setting" && record.id.startsWith("identity-default")),
};
