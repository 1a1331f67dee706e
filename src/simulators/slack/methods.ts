import { chatMethods } from "./chat-methods.ts";
import { conversationMethods } from "./conversation-methods.ts";
import { method, type Method } from "./method.ts";
import { peopleMethods } from "./people-methods.ts";
import { viewMethods } from "./view-methods.ts";

/** Every method the simulator answers. */
export const methods: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    "auth.test": method([], "ample", ({ workspace: { team, app } }) => ({
      ...{ url: `https://${team.domain}.slack.com/`, team: team.name, team_id: team.id },
      ...{ user: app.botUser.name, user_id: app.botUser.id, bot_id: app.botId },
      is_enterprise_install: false,
    })),
    "team.info": method(["team:read"], 3, ({ workspace: { team } }) => ({ team: { ...team } })),
    "apps.connections.open": {
      ...{ scopes: [], tier: 1, token: "app" },
      answer: ({ baseUrl, ids, tickets, workspace: { app } }) => {
        const ticket = ids.secret(32);
        tickets.add(ticket);
        const address = baseUrl.replace(/^http/, "ws");
        return { url: `${address}/link/?ticket=${ticket}&app_id=${app.id}` };
      },
    },
    ...chatMethods,
    ...conversationMethods,
    ...peopleMethods,
    ...viewMethods,
  } satisfies Record<string, Method>),
);
