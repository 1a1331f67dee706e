import { UserError } from "../../core/errors.ts";
import { candidatesFor } from "../candidates.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";

/** Nobody waits longer than this for a name, in milliseconds. */
const patienceMs = 2000;
/** What a shell would read as anything but a word is not offered to it. */
const plainWord = /^[a-z0-9][a-z0-9-]*$/;

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
    .description("print a script that completes commands, options and thopters' names in a shell")
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
      const { words: found, wantsThopters } = candidatesFor(program, words);
      const names = wantsThopters ? await namesFrom(context, words.at(-1) ?? "") : [];
      const shown = [...found, ...names];
      if (shown.length > 0) context.terminal.print(shown.join("\n"));
    });
};

/** A hub that is not there, or does not answer soon, has no names: a completion has no place for words. */
async function namesFrom(context: CommandContext, typed: string): Promise<string[]> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(patienceMs)]);
  try {
    const client = await context.connect();
    const { items } = await client.call("listThopters", { limit: 500 }, signal);
    const names = items.map(({ name }) => name);
    return names.filter((name) => plainWord.test(name) && name.startsWith(typed)).toSorted();
  } catch {
    return [];
  }
}
