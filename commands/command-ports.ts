import type { SlackOptions, SlackPorts } from "./ports.ts";
import type { Cards } from "./cards/cards.ts";
import type { Message } from "./message.ts";

/** What every subcommand, button and form gets to work with. */
export type CommandPorts = SlackPorts & {
  cards: Cards;
  options: SlackOptions;
  /** Posts to a channel or, given a user's id, directly to them: for what nobody waits for. */
  post(to: string, message: Message): Promise<void>;
};
