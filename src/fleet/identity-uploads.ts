import { UserError } from "../core/errors.ts";
import type { UploadedHome } from "../core/ports/identities.ts";
import type { FleetPorts } from "./ports.ts";

/** How long an upload waits for its identity, in milliseconds. */
const lifeMs = 10 * 60_000;
const mostOfPerson = 3;

type Upload = { personId: string; home: UploadedHome; cancelTimer: () => void };

/** Homes that were uploaded and that no identity holds yet. They live as long as the hub, for a while. */
export type IdentityUploads = {
  add(personId: string, home: UploadedHome): Promise<void>;
  /** The upload of a person, who may name it once. Throws UserError "not_found". */
  take(personId: string, upload: string): UploadedHome;
  stop(): void;
};

export function createIdentityUploads({
  clock,
  identities,
  report,
}: Pick<FleetPorts, "clock" | "identities" | "report">): IdentityUploads {
  const uploads = new Map<string, Upload>();

  function forget(upload: string): Upload | undefined {
    const found = uploads.get(upload);
    found?.cancelTimer();
    uploads.delete(upload);
    return found;
  }

  async function discard(upload: string): Promise<void> {
    forget(upload);
    await identities.discard(upload);
  }

  return {
    async add(personId, home) {
      const { upload } = home;
      const cancelTimer = clock.after(lifeMs, () => {
        discard(upload).catch((error: unknown) => report(error, "an upload that nobody used"));
      });
      uploads.set(upload, { personId, home, cancelTimer });
      const own = [...uploads.values()].filter((one) => one.personId === personId);
      for (const old of own.slice(0, -mostOfPerson)) await discard(old.home.upload);
    },
    take(personId, upload) {
      if (uploads.get(upload)?.personId === personId) {
        const taken = forget(upload);
        if (taken !== undefined) return taken.home;
      }
      throw new UserError("Cannot find that upload: it waited too long. Upload the home again.", {
        code: "not_found",
      });
    },
    stop() {
      for (const { cancelTimer } of uploads.values()) cancelTimer();
      uploads.clear();
    },
  };
}
