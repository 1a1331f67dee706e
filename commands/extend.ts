import { ids } from "./blocks/actions.ts";
import { message } from "./blocks/elements.ts";
import { quoted } from "./blocks/text.ts";
import { timeOf } from "./blocks/words.ts";
import { span } from "../src/core/words.ts";
import { defineCommand } from "./define-command.ts";

const twoHoursMs = 2 * 3_600_000;

/** The button that puts off the end of a thopter's life. */
export const extendFeature = defineCommand({
  buttons: [
    {
      id: ids.extend,
      async run(ports, press) {
        await press.onlyOnce();
        const request = { thopter: press.value, byMs: twoHoursMs };
        const { name, expiresAt } = await ports.fleet.extend(press.caller, request);
        const now = ports.clock.now();
        const left = span(Math.max(0, (expiresAt ?? now) - now));
        const until = expiresAt === undefined ? "" : ` until ${timeOf(expiresAt, left)}`;
        await press.whisper(message(`*${quoted(name, 60)}* lives on${until}, ${left} more.`));
      },
    },
  ],
});
