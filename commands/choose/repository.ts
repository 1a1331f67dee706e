import type { Ask } from "../ask.ts";
import type { CommandPorts } from "../command-ports.ts";
import { StaleWriteError } from "../../src/core/errors.ts";

type Place = Pick<Ask, "channel" | "user">;

function settingId({ channel, user }: Place): string | undefined {
  return channel === undefined ? undefined : `slack-repository.${user.teamId}.${channel}`;
}

/** The repository that is meant in a channel where none is named. */
export async function repositoryOf(
  { store }: Pick<CommandPorts, "store">,
  place: Place,
): Promise<string | undefined> {
  const id = settingId(place);
  return id === undefined ? undefined : (await store.get("setting", id))?.value;
}

/** Makes a repository the channel's own; answers whether that is new. */
export async function rememberRepository(
  { store }: Pick<CommandPorts, "store">,
  place: Place,
  value: string,
): Promise<boolean> {
  const id = settingId(place);
  if (id === undefined) return false;
  const known = await store.get("setting", id);
  if (known?.value === value) return false;
  const record = { id, version: (known?.version ?? 0) + 1, value };
  try {
    await store.commit([{ kind: "setting", record }]);
  } catch (error) {
    // Someone named another one in the same moment: theirs stays.
    if (error instanceof StaleWriteError) return false;
    throw error;
  }
  return true;
}
