import type { Option } from "@slack/types";
import type { Ask, FormValues, Press, Submission } from "./ask.ts";
import type { CommandPorts } from "./command-ports.ts";

/**
 * How a flag is written: alone; with a value that the command itself checks; with one each time it
 * is written ("values"); or with the rest of what was typed ("rest"), unless that is in quotes.
 */
export type FlagSpec = {
  takes: "nothing" | "value" | "values" | "rest";
  short?: string;
  words: string;
  /** Whether it says which thopters are meant, as names do. */
  selects?: true;
};

/** What a flag was given: true for one that takes nothing, each of its values for one with several. */
export type FlagValue = string | true | readonly string[];

/** What was typed after the subcommand. */
export type Typed = {
  /** The words that are neither flags nor their values; a quoted phrase is one word. */
  words: readonly string[];
  /** The same as one text, as it was typed: a task, or what to tell. */
  text: string;
  /** By the flag's name, without dashes. */
  flags: Readonly<Record<string, FlagValue>>;
};

/** One word after `/thopter`. */
export type SlackCommand = {
  name: string;
  /** One line for `help`. */
  summary: string;
  /** How it is written, without `/thopter`. */
  usage: string;
  examples: readonly string[];
  flags: Readonly<Record<string, FlagSpec>>;
  /**
   * What the words are. After "names" anything but names of thopters, ids and flags is refused
   * before the command runs; where it is destructive, the person is asked what they meant.
   */
  takes: "nothing" | "names" | "text" | "name and text";
  isDestructive?: true;
  run(ports: CommandPorts, ask: Ask, typed: Typed): Promise<void>;
};

/** What happens when a button is pressed. Its id begins with "th:". */
export type Button = { id: string; run(ports: CommandPorts, press: Press): Promise<void> };

/** What happens when a modal is submitted. */
export type Form = {
  id: string;
  /** What is wrong, by block id, judged at once from the values and the form's note alone. */
  check?(values: FormValues, note: string): Readonly<Record<string, string>> | undefined;
  run(ports: CommandPorts, submission: Submission): Promise<void>;
};

/** A menu whose choices are looked up while a person types. */
export type Menu = {
  id: string;
  choices(ports: CommandPorts, ask: Ask, typed: string): Promise<Option[]>;
};

/** A feature of the Slack app: a subcommand with its buttons and forms, or any of them alone. */
export type Feature = {
  command?: SlackCommand;
  buttons?: readonly Button[];
  forms?: readonly Form[];
  menus?: readonly Menu[];
};

export function defineCommand(feature: Feature): Feature {
  return feature;
}
