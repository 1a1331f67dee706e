import { expect, it } from "vitest";
import { createTmux } from "../../../src/shell/tmux.ts";
import { script } from "../../contracts/provider-contract.ts";
import { describeShellContract } from "../../contracts/shell-contract.ts";
import { localHarness, makeMachine, realIsolation, signal } from "./local-harness.ts";

describeShellContract("shell of a sandboxed machine", {
  async create() {
    const { provider } = localHarness(await realIsolation());
    const machine = await makeMachine(provider);
    const shell = await provider.shell(machine.id, signal);
    return { shell, directory: provider.places(machine.id).home };
  },
  endsEscapees: false,
});

it("a tmux server in a sandbox outlives the command that starts it, and ends when told", async () => {
  const { provider } = localHarness(await realIsolation());
  const machine = await makeMachine(provider);
  const { home, run } = provider.places(machine.id);
  const shell = await provider.shell(machine.id, signal);
  const tmux = createTmux(shell, { socket: `${run}/tmux.sock` });
  await tmux.start({ argv: ["sh", "-c", "echo hello; exec sleep 86400"], cwd: home }, signal);
  await expect
    .poll(() => tmux.capture({ history: false, maxLength: 1000 }, signal), { timeout: 10_000 })
    .toBe("hello");
  const status = await tmux.status(signal);
  if (!status.alive) throw new Error("The session is gone");
  expect(await tmux.ownsTerminal(status.pid, signal)).toBe(true);
  await tmux.stop(signal);
  expect(await script(shell, 'pgrep -f "sleep 8640[0]" || echo none')).toBe("none");
});
