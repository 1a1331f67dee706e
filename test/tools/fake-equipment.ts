import { UserError } from "../../src/core/errors.ts";
import type { Fleet } from "../../src/core/ports/fleet.ts";
import type { IdentityView } from "../../src/core/ports/identities.ts";
import type { TemplateSource } from "../../src/core/template.ts";

const templates: readonly TemplateSource[] = [
  {
    name: "bugfix",
    description: "Mends a bug",
    variables: [
      { name: "ticket", required: true },
      { name: "why", required: false, default: "asked" },
    ],
    text: "{{ task }} (#{{ vars.ticket }})",
  },
  { name: "team/release", variables: [], text: "{{ task }}" },
];

function identity(name: string, isDefault: boolean): IdentityView {
  const owner = { ownerId: "p-ada", ownerName: "Ada", mine: true, shared: false };
  const standing = { isDefault, isHubDefault: false, hasHome: true, updatedAt: 1 };
  return { id: `id-${name}`, name, ...owner, ...standing, variables: ["ANTHROPIC_API_KEY"] };
}

/** Two templates and two identities. */
export function createFakeEquipment(): Pick<
  Fleet,
  "listTemplates" | "getTemplate" | "renderTemplate" | "listIdentities"
> {
  return {
    async listTemplates() {
      const shown = templates.map(({ text: _text, ...summary }) => summary);
      return { templates: shown, problems: [{ file: "odd.md", line: 2, message: "it is odd" }] };
    },
    async getTemplate(_caller, { name }) {
      const found = templates.find((one) => one.name === name);
      if (found !== undefined) return found;
      throw new UserError(`Cannot find the template "${name}" of the hub.`, { code: "not_found" });
    },
    async renderTemplate(caller, { name }) {
      return { text: (await this.getTemplate(caller, { name })).text };
    },
    listIdentities: async () => [identity("mine", true), identity("spare", false)],
  };
}
