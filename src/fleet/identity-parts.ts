import type { IdentityCapture } from "./identity-capture.ts";
import type { IdentityChoosing } from "./identity-choosing.ts";
import type { IdentityDirectory } from "./identity-directory.ts";
import type { IdentityUploads } from "./identity-uploads.ts";
import type { IdentityViews } from "./identity-views.ts";
import type { People } from "./people.ts";
import type { FleetPorts } from "./ports.ts";

/** What the use cases of identities share. */
export type IdentityParts = {
  ports: FleetPorts;
  people: People;
  directory: IdentityDirectory;
  views: IdentityViews;
  choosing: IdentityChoosing;
  uploads: IdentityUploads;
  capture: IdentityCapture;
  /** Changes of identities happen one at a time. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Removes the homes that neither an identity nor an open provision names. */
  tidy(): Promise<void>;
};
