import { Hono } from "hono";
import { z } from "zod";
import { faultSchema, type Faults } from "./faults.ts";
import type { Delivery } from "./delivery.ts";
import type { Reading } from "./reading.ts";
import type { Sockets } from "./sockets.ts";

const disconnectSchema = z.strictObject({
  which: z.enum(["oldest", "all"]).default("oldest"),
  reason: z.enum(["warning", "refresh_requested", "link_disabled"]).default("refresh_requested"),
});

const targetSchema = z.strictObject({
  /** "socket", or where the app listens. */
  target: z.union([z.literal("socket"), z.url({ protocol: /^https?$/ })]),
});

type Controlled = Pick<Reading, "calls" | "shown"> & {
  faults: Faults;
  sockets: Pick<Sockets, "count" | "disconnect" | "drop">;
  deliveries(): readonly Delivery[];
  deliverTo(target: string): void;
  down(): void;
  up(): void;
};

/** How a person or a test makes things go wrong, below `/control`. */
export function createControl(simulator: Controlled): Hono {
  const { faults, sockets } = simulator;
  const control = new Hono();
  control.get("/calls", (context) => context.json(simulator.calls()));
  control.get("/deliveries", (context) => context.json(simulator.deliveries()));
  control.get("/shown", (context) => context.json(simulator.shown()));
  control.get("/state", (context) => context.json({ connections: sockets.count() }));
  control.post("/faults", async (context) => {
    const fault = faultSchema.safeParse(await context.req.json());
    if (!fault.success) return context.json({ error: z.prettifyError(fault.error) }, 400);
    faults.add(fault.data);
    return context.json({ ok: true });
  });
  control.delete("/faults", (context) => {
    faults.clear();
    return context.json({ ok: true });
  });
  control.post("/sockets/disconnect", async (context) => {
    const asked = disconnectSchema.safeParse(await context.req.json());
    if (!asked.success) return context.json({ error: z.prettifyError(asked.error) }, 400);
    sockets.disconnect(asked.data.which, asked.data.reason);
    return context.json({ ok: true });
  });
  control.post("/deliver-to", async (context) => {
    const asked = targetSchema.safeParse(await context.req.json());
    if (!asked.success) return context.json({ error: z.prettifyError(asked.error) }, 400);
    simulator.deliverTo(asked.data.target);
    return context.json({ ok: true });
  });
  const acts = { "/sockets/drop": sockets.drop, "/down": simulator.down, "/up": simulator.up };
  for (const [path, act] of Object.entries(acts)) {
    control.post(path, (context) => {
      act();
      return context.json({ ok: true });
    });
  }
  return control;
}
