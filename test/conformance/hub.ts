// The hub with the fixtures of the MCP conformance suite; the product has no way to start one.
import { readConfig } from "../../src/config.ts";
import { startHub } from "../../src/hub.ts";
import { createFixtureServer } from "./fixture-server.ts";

const hub = await startHub(readConfig(), { createMcpServer: createFixtureServer });
process.once("SIGTERM", () => void hub.stop());
