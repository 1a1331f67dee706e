import type { Command } from "commander";
import type { Clock } from "../../core/ports/clock.ts";
import type { CommandContext } from "../command.ts";

/** What simulators are given. */
export type SimulatePorts = { clock: Clock };

/** Adds one simulator as a command below `simulate`. */
export type Simulate = (parent: Command, context: CommandContext, ports: SimulatePorts) => void;
