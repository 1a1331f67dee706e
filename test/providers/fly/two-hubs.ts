import type { Provider } from "../../../src/core/ports/provider.ts";

/** The contract plays two hubs with one provider: each call goes to the one whose machine it is. */
export function twoHubs(
  hubs: Map<string, string>,
  providers: Record<"hub-1" | "hub-2", Provider>,
): Provider {
  const one = providers["hub-1"];
  const of = (hub: string | undefined): Provider => (hub === "hub-2" ? providers["hub-2"] : one);
  return {
    ...one,
    async create(request, signal) {
      const machine = await of(request.tags.hub).create(request, signal);
      hubs.set(machine.id, request.tags.hub);
      return machine;
    },
    get: (id, signal) => of(hubs.get(id)).get(id, signal),
    list: (hub, signal) => of(hub).list(hub, signal),
    start: (id, signal) => of(hubs.get(id)).start(id, signal),
    stop: (id, signal) => of(hubs.get(id)).stop(id, signal),
    destroy: (id, signal) => of(hubs.get(id)).destroy(id, signal),
    shell: (id, signal) => of(hubs.get(id)).shell(id, signal),
  };
}
