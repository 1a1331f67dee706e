import { UserError } from "../src/core/errors.ts";
import { button, firstPage, ids } from "./blocks/actions.ts";
import { actions, message, section } from "./blocks/elements.ts";
import { quoted } from "./blocks/text.ts";
import { defineCommand } from "./define-command.ts";

/** `claim`: makes the asker's Slack account that of whoever made the code. */
export const claimFeature = defineCommand({
  command: {
    name: "claim",
    summary: "link your Slack account with the code that the hub or the CLI shows",
    usage: "claim <code>",
    examples: ["claim 7K4M-2QXP"],
    flags: {},
    takes: "text",
    async run(ports, ask, typed) {
      const code = typed.text.trim();
      if (code === "") {
        throw new UserError(
          'Cannot link your account without a code: write "/thopter claim <code>". The hub shows one when it starts for the first time.',
        );
      }
      const { actor, role } = await ports.people.claim(ask.user, code);
      const name = actor.kind === "system" ? "the hub" : ports.people.nameOf(actor.personId);
      const words = `:white_check_mark: You are *${quoted(name, 100)}* here from now on, with the role *${role}*. What you or your agents make elsewhere is yours in Slack too.`;
      await ask.whisper(
        message(words, [
          section(words),
          ...actions(
            button("New thopter…", { id: ids.provisionForm, value: "task:", style: "primary" }),
            button("Thopters", { id: ids.list, value: firstPage }),
          ),
        ]),
      );
    },
  },
});
