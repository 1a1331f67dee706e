/** The first pane of a server, whatever the program in it opens beside. */
export const firstPane = "%0";

/** The pane's title until the program in it takes over. */
export const startingTitle = "thopter-starting";

/** What tmux knows of a pane. The command's name is untrusted text. */
export type PaneState = {
  /** Whether its program has ended. */
  paneDead: boolean;
  /** 128 plus the signal's number when a signal ended it; absent while it lives or when tmux cannot tell. */
  exitCode?: number;
  /** When its program ended, by the machine's clock, in milliseconds; absent before tmux 3.3. */
  endedAt?: number;
  /** Whether it still has the title that it was started with. */
  starting: boolean;
  /** The program in the foreground. */
  currentCommand: string;
  /** When it last wrote something, by the machine's clock; whole seconds, in milliseconds. */
  activityAt: number;
};

/** A format for tmux to fill in and `parsePaneState` to read. */
export const paneFormat = [
  "#{pane_dead}",
  "#{pane_dead_status}",
  "#{pane_dead_signal}",
  "#{pane_dead_time}",
  `#{==:#{pane_title},${startingTitle}}`,
  "#{window_activity}",
  "#{pane_current_command}",
].join(",");

const filledFormat = /^([01]?),(\d*),(\d*),(\d*),([01]),(\d+),(.*)$/s;

/** Reads a filled `paneFormat`; undefined when it is none. */
export function parsePaneState(text: string): PaneState | undefined {
  const found = filledFormat.exec(text);
  if (found === null) return undefined;
  const [, dead, status, signal, ended, starting, activity, currentCommand] = found;
  return {
    paneDead: dead === "1",
    ...exitCodeOf(status, signal),
    ...(ended !== "" && { endedAt: Number(ended) * 1000 }),
    starting: starting === "1",
    currentCommand: currentCommand ?? "",
    activityAt: Number(activity) * 1000,
  };
}

function exitCodeOf(status = "", signal = ""): { exitCode?: number } {
  if (signal !== "") return { exitCode: 128 + Number(signal) };
  return status === "" ? {} : { exitCode: Number(status) };
}
