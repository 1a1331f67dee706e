import { Hono } from "hono";
import { z } from "zod";
import { faultSchema } from "./faults.ts";
import { takeHostDown } from "./hosts.ts";
import { bringHostUp } from "./lifecycle.ts";
import { summary } from "./reading.ts";
import { onBackend, type World } from "./world.ts";

const tokenSchema = z.strictObject({ token: z.string().min(1), org: z.string().min(1) });
const machineSchema = z.strictObject({ machine: z.string() });

/** How a person or a test makes things go wrong, below `/simulator`. */
export function createControl(world: World): Hono {
  const control = new Hono();
  control.get("/state", (context) => context.json(summary(world)));
  control.post("/faults", async (context) => {
    const fault = faultSchema.safeParse(await context.req.json());
    if (!fault.success) return context.json({ error: z.prettifyError(fault.error) }, 400);
    world.faults.add(fault.data);
    return context.json({ ok: true });
  });
  control.delete("/faults", (context) => {
    world.faults.clear();
    return context.json({ ok: true });
  });
  control.post("/hosts/:host/down", (context) => {
    takeHostDown(world, context.req.param("host"));
    return context.json({ ok: true });
  });
  control.post("/hosts/:host/up", (context) => {
    bringHostUp(world, context.req.param("host"));
    return context.json({ ok: true });
  });
  control.post("/tokens", async (context) => {
    const { token, org } = tokenSchema.parse(await context.req.json());
    world.tokens.set(token, org);
    return context.json({ ok: true });
  });
  control.delete("/tokens", (context) => {
    world.tokens.clear();
    return context.json({ ok: true });
  });
  control.post("/drop-connections", async (context) => {
    const { machine: id } = machineSchema.parse(await context.req.json());
    const machine = world.machines.get(id);
    if (machine === undefined) return context.json({ error: "no such machine" }, 404);
    await onBackend(world, machine, world.backend.dropConnections);
    return context.json({ ok: true });
  });
  return control;
}
