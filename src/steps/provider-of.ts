import { UserError } from "../core/errors.ts";
import type { Provider } from "../core/ports/provider.ts";
import type { Thopter } from "../core/thopter.ts";

export function providerOf(
  providers: Readonly<Record<string, Provider>>,
  thopter: Pick<Thopter, "name" | "provider">,
): Provider {
  const provider = providers[thopter.provider];
  if (provider !== undefined) return provider;
  throw new UserError(
    `Cannot reach "${thopter.name}": the hub has no provider "${thopter.provider}". Configure it again.`,
    { code: "unavailable" },
  );
}
