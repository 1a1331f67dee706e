import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { homeLimits } from "../core/identity.ts";
import { requirePerson, requireRole } from "../core/permission.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { UploadedHome } from "../core/ports/identities.ts";

/** Takes a packed home as the body of a request, from a person, and no more of it than allowed, while the signal is quiet. */
export async function receiveHome(
  request: Request,
  {
    fleet,
    caller,
    until,
  }: { fleet: Pick<Fleet, "uploadHome">; caller: Caller; until: AbortSignal },
): Promise<UploadedHome> {
  // Before the first byte is read.
  requireRole(caller, "operator", "upload a home");
  requirePerson(caller, "upload a home");
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > homeLimits.packedBytes) throw tooLarge();
  const includeSsh = new URL(request.url).searchParams.get("includeSsh") === "true";
  return fleet.uploadHome(caller, { archive: bodyOf(request, until), includeSsh });
}

async function* bodyOf({ body }: Request, until: AbortSignal): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      until.throwIfAborted();
      if (done) return;
      yield value;
    }
  } finally {
    // Nobody reads the rest.
    await reader.cancel();
  }
}

function tooLarge(): UserError {
  return new UserError(
    `Cannot take the home: it is larger than ${homeLimits.packedBytes / 1024 ** 2} MB packed. Leave some of it out with --exclude.`,
  );
}
