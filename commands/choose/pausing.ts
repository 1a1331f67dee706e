import { UserError } from "../../src/core/errors.ts";
import { laneNames } from "../../src/core/operation.ts";
import type { PauseScope } from "../../src/core/ports/engine.ts";
import type { FleetStatus } from "../../src/core/ports/fleet.ts";
import type { Ask } from "../ask.ts";
import { button, ids } from "../blocks/actions.ts";
import { actions, message, section } from "../blocks/elements.ts";
import type { CommandPorts } from "../command-ports.ts";
import { defineCommand } from "../define-command.ts";
import type { Feature } from "../define-command.ts";

const scopes: readonly PauseScope[] = ["provision", "destroy", "all"];

/** `pause` and `resume`, which differ in their word alone. Admins may. */
export function pausingFeature(verb: "pause" | "resume", summary: string): Feature {
  async function run(ports: CommandPorts, ask: Ask, text: string): Promise<void> {
    const wanted = text.trim().toLowerCase();
    const scope = scopes.find((one) => one === wanted || `${one}s` === wanted);
    if (scope === undefined) {
      throw new UserError(
        `Cannot ${verb} "${wanted.slice(0, 60)}": say "/thopter ${verb} provision", "destroy" or "all".`,
      );
    }
    await ask.onlyOnce();
    const status = await ports.fleet[verb](ask.caller, scope);
    await ask.whisper(stateMessage(status, scope));
  }

  return defineCommand({
    command: {
      name: verb,
      summary,
      usage: `${verb} provision | destroy | all`,
      examples: [`${verb} provision`, `${verb} all`],
      flags: {},
      takes: "text",
      run: (ports, ask, typed) => run(ports, ask, typed.text),
    },
    buttons: [{ id: ids[verb], run: (ports, press) => run(ports, press, press.value) }],
  });
}

function stateMessage({ lanes }: FleetStatus, scope: PauseScope) {
  const paused = lanes.filter((lane) => lane.paused).map(({ lane }) => laneNames[lane]);
  if (paused.length === 0) return message("Nothing is paused.");
  const words = `:double_vertical_bar: Paused: ${paused.join(", ")}. What runs goes on; what is asked for waits.`;
  const resume = button("Resume", { id: ids.resume, value: scope });
  return message(words, [section(words), ...actions(resume)]);
}
