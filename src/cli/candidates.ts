import type { Command, Option } from "commander";
import { roles } from "../core/actor.ts";

/** What only the hub knows the names of. */
export type Named = "thopters" | "templates" | "identities" | "repositories";

/** What may stand at the place that is completed. */
export type Candidates = { words: string[]; names: Named | undefined };

/** What an argument is a name of, by what the commands call it. */
const namedBy: Readonly<Record<string, Named>> = {
  thopter: "thopters",
  thopters: "thopters",
  template: "templates",
  identity: "identities",
  address: "repositories",
};

/** Arguments with few values, by the same. */
const valuesOf: Readonly<Record<string, readonly string[]>> = {
  role: roles,
  scope: ["provision", "destroy", "all"],
  shell: ["bash", "zsh", "fish"],
};

/** What may come after these words of a command line; the last one is what is typed so far. */
export function candidatesFor(program: Command, words: readonly string[]): Candidates {
  const typed = words.at(-1) ?? "";
  const place = walk(program, words.slice(0, -1));
  const { words: all, names } = candidatesAt(place, typed);
  return { words: all.filter((word) => word.startsWith(typed)), names };
}

type Place = {
  command: Command;
  /** How many arguments stand before. */
  operands: number;
  /** The option whose value comes next. */
  option: Option | undefined;
  /** Whether options have ended with "--". */
  isLiteral: boolean;
};

function walk(program: Command, words: readonly string[]): Place {
  const place: Place = { command: program, operands: 0, option: undefined, isLiteral: false };
  for (const word of words) {
    if (place.option !== undefined) place.option = undefined;
    else if (place.isLiteral) place.operands += 1;
    else if (word === "--") place.isLiteral = true;
    else if (word.startsWith("-")) place.option = optionWithValue(place.command, word);
    else enter(place, word);
  }
  return place;
}

function optionWithValue(command: Command, word: string): Option | undefined {
  return command.options.find(
    ({ long, short, required, optional }) =>
      (word === long || word === short) && (required || optional),
  );
}

function enter(place: Place, word: string): void {
  const { command } = place;
  const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
  if (child === undefined) place.operands += 1;
  else place.command = child;
}

function candidatesAt({ command, operands, option, isLiteral }: Place, typed: string): Candidates {
  if (option !== undefined) {
    const [, name = ""] = /[<[]([\w-]+)/.exec(option.flags) ?? [];
    return valuesFor(name, option.argChoices);
  }
  const help = command.createHelp();
  if (typed.startsWith("-") && !isLiteral) {
    const words = help.visibleOptions(command).flatMap(({ long }) => long ?? []);
    return { words, names: undefined };
  }
  const children = help.visibleCommands(command).map((one) => one.name());
  if (command.commands.length > 0)
    return { words: operands === 0 ? children : [], names: undefined };
  const { registeredArguments: places } = command;
  const last = places.at(-1);
  const argument = places[operands] ?? (last?.variadic === true ? last : undefined);
  return valuesFor(argument?.name() ?? "", argument?.argChoices);
}

function valuesFor(name: string, choices: readonly string[] | undefined): Candidates {
  return { words: [...(choices ?? valuesOf[name] ?? [])], names: namedBy[name] };
}
