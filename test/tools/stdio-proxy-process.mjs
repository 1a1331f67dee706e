// A process that does nothing but carry MCP messages, as `thopter mcp` does.
import { runStdioProxy } from "../../dist/tools/stdio-proxy.js";

const [url, token, patienceMs] = process.argv.slice(2);
const { signal } = new AbortController();
const { stdin, stdout } = process;
await runStdioProxy({ url, token, patienceMs: Number(patienceMs), stdin, stdout, signal });
