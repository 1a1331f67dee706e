import { testProviderContract } from "../../contracts/provider-contract.ts";
import { createFastClock } from "../../fast-clock.ts";
import { createLocalBackend } from "../../simulators/fly/local-backend.ts";
import { realIsolation } from "../local/local-harness.ts";
import { flyHarness } from "./fly-harness.ts";
import { twoHubs } from "./two-hubs.ts";

testProviderContract("fly", async () => {
  const clock = createFastClock(20);
  const { backend, machines, idOf } = createLocalBackend(await realIsolation(), clock);
  const { open } = flyHarness(
    { clock, backend },
    {
      places: machines.places("any"),
      openShell: ({ machineId }, signal) => machines.shell(idOf(machineId), signal),
    },
  );
  const hubs = new Map<string, string>();
  const reopen = () => twoHubs(hubs, { "hub-1": open(), "hub-2": open({ hub: "hub-2" }) });
  return { provider: reopen(), reopen };
});
