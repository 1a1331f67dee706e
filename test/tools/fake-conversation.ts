import type { ConversationFleet } from "../../src/core/ports/conversation.ts";
import { requireOwn, requireRole } from "../../src/core/permission.ts";
import type { Thopter } from "../../src/core/thopter.ts";

/** Agents that start again at once and have said nothing. */
export function createFakeConversation(find: (nameOrId: string) => Thopter): ConversationFleet {
  return {
    async restartAgent(caller, { thopter: name }) {
      requireRole(caller, "operator", "restart");
      const thopter = find(name);
      requireOwn(caller, thopter, "restart");
      return { thopterName: thopter.name, agentState: { status: "starting", since: 1 } };
    },
    async transcript(caller, { thopter: name }) {
      requireRole(caller, "viewer", "read");
      const thopter = find(name);
      requireOwn(caller, thopter, "read");
      return { thopterName: thopter.name, entries: [] };
    },
  };
}
