import { testProviderContract } from "../../contracts/provider-contract.ts";
import { localHarness, noIsolation, realIsolation } from "./local-harness.ts";

testProviderContract("local under bubblewrap", async () => localHarness(await realIsolation()));
testProviderContract("local without isolation", () => localHarness(noIsolation()));
