import { UserError } from "../../core/errors.ts";
import { repositoryWords } from "../../core/words.ts";
import { candidatesFor } from "../candidates.ts";
import type { Named } from "../candidates.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import type { HubClient } from "../hub-client.ts";

/** Nobody waits longer than this for a name, in milliseconds. */
const patienceMs = 2000;
/** What a shell would read as anything but a word is not offered to it. */
const plainWord = /^[\w/][\w./:@-]*$/;

const scripts = {
  bash: `# Completes thopter's commands, options and names. In ~/.bashrc: source <(thopter completion bash)
_thopter() {
  local IFS=$'\\n'
  COMPREPLY=($(thopter __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _thopter thopter`,
  zsh: `# Completes thopter's commands, options and names. In ~/.zshrc, after compinit: source <(thopter completion zsh)
_thopter() {
  local -a found
  found=("\${(@f)$(thopter __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -a found; else _files; fi
}
compdef _thopter thopter`,
  fish: `# Completes thopter's commands, options and names. In ~/.config/fish/config.fish: thopter completion fish | source
complete -c thopter -f -a '(thopter __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
complete -c thopter -n '__fish_seen_subcommand_from provision' -l from -r -F`,
} as const;

const examples = `
Examples:
  source <(thopter completion bash)         for ~/.bashrc
  source <(thopter completion zsh)          for ~/.zshrc, after compinit
  thopter completion fish | source          for ~/.config/fish/config.fish`;

/** `completion`, and what the scripts that it prints ask for. */
export const registerCompletion: RegisterCommand = (program, context) => {
  program
    .command("completion")
    .description("print a script that completes command lines in a shell")
    .argument("<shell>", "bash, zsh or fish")
    .addHelpText("after", examples)
    .action((shell: string) => {
      if (shell !== "bash" && shell !== "zsh" && shell !== "fish")
        throw new UserError(`Cannot complete in "${shell}": say bash, zsh or fish.`);
      context.terminal.print(scripts[shell]);
    });

  program
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: string[]) => {
      const { words: found, names } = candidatesFor(program, words);
      const typed = words.at(-1) ?? "";
      const shown = [
        ...found,
        ...(names === undefined ? [] : await namesOf(names, typed, context)),
      ];
      if (shown.length > 0) context.terminal.print(shown.join("\n"));
    });
};

type FindNames = (client: HubClient, signal: AbortSignal) => Promise<string[]>;

const finders: Readonly<Record<Named, FindNames>> = {
  async thopters(client, signal) {
    const { items } = await client.call("listThopters", { limit: 500 }, signal);
    return items.map(({ name }) => name);
  },
  async templates(client, signal) {
    const { templates } = await client.call("listTemplates", {}, signal);
    return templates.map(({ name }) => name);
  },
  async identities(client, signal) {
    const all = await client.call("listIdentities", {}, signal);
    return all.map(({ name }) => name);
  },
  async repositories(client, signal) {
    const all = await client.call("listRepositories", {}, signal);
    // As people type them; bash takes a colon for the end of a word.
    return all.map(({ address }) => repositoryWords(address));
  },
};

/** A hub that is not there, or does not answer soon, has no names: a completion has no place for words. */
async function namesOf(kind: Named, typed: string, context: CommandContext): Promise<string[]> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(patienceMs)]);
  try {
    const names = await finders[kind](await context.connect(), signal);
    return names.filter((name) => plainWord.test(name) && name.startsWith(typed)).toSorted();
  } catch {
    return [];
  }
}
