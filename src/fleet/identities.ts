import type { IdentityFleet } from "../core/ports/identities.ts";
import type { Directory } from "./directory.ts";
import { createIdentityCapture } from "./identity-capture.ts";
import { createIdentityChoosing } from "./identity-choosing.ts";
import type { IdentityChoosing } from "./identity-choosing.ts";
import { createIdentityDirectory } from "./identity-directory.ts";
import { createIdentityMaking } from "./identity-making.ts";
import { createIdentityTending } from "./identity-tending.ts";
import { createIdentityUploads } from "./identity-uploads.ts";
import { createIdentityViews } from "./identity-views.ts";
import type { People } from "./people.ts";
import type { FleetOptions, FleetPorts } from "./ports.ts";
import { createSerially } from "./serially.ts";

/** Identities as fronts ask for them, and what provisions and the hub need of them. */
export type Identities = {
  asked: IdentityFleet;
  choosing: IdentityChoosing;
  /** Removes what a hub that died left behind. */
  start(): Promise<void>;
  stop(): void;
};

/** Named templates of homes with an agent's login: kept, listed, chosen and forgotten. */
export function createIdentities({
  ports,
  options,
  directory: thopters,
  people,
}: {
  ports: FleetPorts;
  options: FleetOptions;
  directory: Directory;
  people: People;
}): Identities {
  const directory = createIdentityDirectory(ports);
  const views = createIdentityViews(ports, { directory, people });
  const choosing = createIdentityChoosing(ports, { options, directory, views });
  const uploads = createIdentityUploads(ports);
  const capture = createIdentityCapture(ports, thopters);
  const serially = createSerially();

  async function tidy(): Promise<void> {
    const identities = await directory.all();
    const kept = identities.map(({ id, home }) => ({ id, digest: home?.digest }));
    const all = [...kept, ...(await choosing.inUse())];
    await ports.identities.tidy(
      all.flatMap(({ id, digest }) => (digest === undefined ? [] : [{ id, digest }])),
    );
  }

  const parts = {
    ...{ ports, people, directory, views, choosing, uploads, capture, tidy },
    inTurn: <T>(work: () => Promise<T>): Promise<T> => serially("identities", work),
  };
  return {
    asked: { ...createIdentityMaking(parts), ...createIdentityTending(parts) },
    choosing,
    start: tidy,
    stop: uploads.stop,
  };
}
