import { UserError } from "../src/core/errors.ts";
import type { LoginView } from "../src/core/login.ts";
import { span } from "../src/core/words.ts";
import type { Ask, Press } from "./ask.ts";
import { button } from "./blocks/actions.ts";
import { actions, context, message, section } from "./blocks/elements.ts";
import { plain, quoted } from "./blocks/text.ts";
import type { CommandPorts } from "./command-ports.ts";
import { defineCommand } from "./define-command.ts";
import type { Message } from "./message.ts";

const approveId = "th:login-approve";
const denyId = "th:login-deny";

/** `login`: links a command line that shows a code to whoever confirms it here. */
export const loginFeature = defineCommand({
  command: {
    name: "login",
    summary: 'let a command line act as you, with the code that "thopter login" shows there',
    usage: "login <code>",
    examples: ["login 1a2b3-c4d5e"],
    flags: {},
    takes: "text",
    async run(ports, ask, typed) {
      const code = typed.text.trim();
      if (code === "") {
        throw new UserError(
          'Cannot link a command line without a code: write "/thopter login <code>". "thopter login <address of the hub>" shows one in the terminal.',
        );
      }
      const login = await ports.fleet.lookAtLogin(ask.caller, { code });
      await ask.whisper(loginMessage(login, ask, ports.clock.now()));
    },
  },
  buttons: [
    { id: approveId, run: approve },
    { id: denyId, run: deny },
  ],
});

/** The hub's facts stand apart from what the command line calls itself. */
function loginMessage(login: LoginView, { caller }: Ask, now: number): Message {
  const { code, label, address, askedAt, expiresAt } = login;
  const asked = `${span(Math.max(0, now - askedAt))} ago from ${quoted(address, 100)}`;
  const words = `:key: A command line asks to act as *you*, with your role *${caller.role}*. It asked ${asked}.`;
  const named = `It calls itself:\n>${quoted(label, 100)}`;
  const careful = `Link it only if you asked for it yourself, just now, and the terminal shows the code \`${quoted(code, 40)}\`. The code expires in ${span(Math.max(0, expiresAt - now))}.`;
  return message(words, [
    section(words),
    section(named),
    context(careful),
    ...actions(
      button("Link it", { id: approveId, value: code, style: "primary", confirm: sure(login) }),
      button("Deny", { id: denyId, value: code }),
    ),
  ]);
}

const sure = ({ label, address }: LoginView) => ({
  title: plain("Did you ask for this?", 100),
  text: plain(`"${label}" at ${address} will be able to do all that you can.`, 300),
  confirm: plain("Yes, link it", 30),
  deny: plain("Cancel", 30),
});

async function approve({ fleet }: CommandPorts, press: Press): Promise<void> {
  const linked = await fleet.approveLogin(press.caller, { code: press.value });
  const { label, personName, role } = linked;
  const words = `:white_check_mark: *${quoted(label, 100)}* acts as *${quoted(personName, 100)}* from now on, with the role *${role}*. \`thopter logout\` there ends it; \`thopter token list\` shows it.`;
  await press.replace(message(words));
}

async function deny({ fleet }: CommandPorts, press: Press): Promise<void> {
  const { label } = await fleet.denyLogin(press.caller, { code: press.value });
  await press.replace(message(`Denied: *${quoted(label, 100)}* was not linked.`));
}
