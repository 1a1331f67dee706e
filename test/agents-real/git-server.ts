import { spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { onTestFinished } from "vitest";

/**
 * Serves the repositories below a directory on loopback until the test ends, pushes included, and
 * answers with the address that their paths follow.
 */
export async function serveRepositories(directory: string): Promise<string> {
  const args = ["daemon", "--inetd", "--export-all", "--enable=receive-pack"];
  const server = createServer((socket) => {
    const daemon = spawn("git", [...args, `--base-path=${directory}`, directory], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    // Whoever hangs up early hears nothing more.
    const end = (): void => void daemon.kill();
    pipeline(socket, daemon.stdin).catch(end);
    pipeline(daemon.stdout, socket).catch(end);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  // It listens on TCP.
  const { port } = server.address() as AddressInfo;
  return `git://127.0.0.1:${String(port)}`;
}
