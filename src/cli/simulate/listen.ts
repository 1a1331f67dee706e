import { messageOf, UserError } from "../../core/errors.ts";

/** Starts what plays a service at a port. Throws UserError where it cannot listen there. */
export async function listenAs(
  service: string,
  port: number,
  start: (port: number) => Promise<string>,
): Promise<string> {
  try {
    return await start(port);
  } catch (cause) {
    const why = messageOf(cause);
    throw new UserError(
      `Cannot simulate ${service} on port ${port}: ${why}. Choose another with --port.`,
      { code: "unavailable", cause },
    );
  }
}
