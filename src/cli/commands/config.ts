import type { CommandContext } from "../command.ts";
import type { RegisterCommand } from "../command.ts";
import { answer, CommandFailed, exitCodes } from "../command.ts";

/** One setting: its value as one writes it, where that comes from, and what it means. */
export type SettingView = {
  name: string;
  /** Absent where it is not set; a secret is masked. */
  value?: string;
  source: "environment" | "env file" | "default" | "chosen" | "not set";
  about: string;
};

export type EffectiveSettings = {
  /** The file that is read beside the environment. */
  file: string;
  settings: SettingView[];
  /** What does not fit, a line each. */
  problems: string[];
};

type Options = { set?: boolean; json?: boolean };

const examples = `
Examples:
  thopter config                            every setting, and where its value comes from
  thopter config --set                      those that the environment or the env file sets
  thopter config MAX_THOPTERS               one of them, and what it means

The environment wins over the env file in the data directory. Needs no hub, and tells of this
machine: a hub that runs keeps what it was started with.`;

export function registerConfig(examine: () => Promise<EffectiveSettings>): RegisterCommand {
  return (program, context) => {
    program
      .command("config")
      .summary("print the settings, and where each comes from")
      .description("print the effective settings and where each comes from; secrets are masked")
      .argument("[names...]", "only these settings")
      .option("--set", "only those that are set, by the environment or the env file")
      .option("--json", "answer in JSON")
      .addHelpText("after", examples)
      .action(async (names: string[], { set, json }: Options) => {
        const found = await examine();
        const result = { ...found, settings: chosen(found.settings, names, set === true) };
        answer(context, { json, result }, () => show(context, result, names.length > 0));
        if (found.problems.length === 0) return;
        throw new CommandFailed(
          `A hub would not start with this:\n${found.problems.join("\n")}`,
          exitCodes.usage,
        );
      });
  };
}

function chosen(all: readonly SettingView[], names: string[], onlySet: boolean): SettingView[] {
  const wanted = names.map((name) => name.toUpperCase());
  const unknown = wanted.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) {
    throw new CommandFailed(
      `Cannot show the setting "${unknown}": there is none of that name. "thopter config" shows all.`,
      exitCodes.notFound,
    );
  }
  const isSet = ({ source }: SettingView): boolean =>
    source === "environment" || source === "env file";
  return all
    .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
    .filter((one) => !onlySet || isSet(one));
}

function show(
  { terminal }: CommandContext,
  { file, settings }: EffectiveSettings,
  isExplained: boolean,
): void {
  if (settings.length === 0) terminal.note("Nothing is set: each setting has its default.");
  else {
    terminal.table(
      ["SETTING", "VALUE", "FROM", ...(isExplained ? ["MEANING"] : [])],
      settings.map(({ name, value, source, about }) => [
        name,
        value ?? "",
        source,
        ...(isExplained ? [about] : []),
      ]),
    );
  }
  terminal.note(`The env file is ${file}.`);
}
