import { z } from "zod";
import { defineTool, looksOnly } from "./define-tool.ts";
import { thopterDetailSchema, viewThopterDetail } from "./views/thopter-detail.ts";
import { thopterField } from "./views/fields.ts";
import { thopterWords } from "./views/thopter-view.ts";

export const getThopter = defineTool({
  name: "get_thopter",
  title: "Get a thopter",
  description:
    "Returns one thopter with the state of its work: branch, commits ahead, uncommitted files, open question. Use it to judge or collect the work of one that has settled. Not for what it shows or changed: read_thopter.",
  input: z.strictObject({ thopter: thopterField }),
  output: thopterDetailSchema,
  annotations: looksOnly,
  toolset: "default",
  minimumRole: "viewer",
  mutates: false,
  async handler({ thopter }, { fleet, caller }) {
    const detail = await fleet.getThopter(caller, thopter);
    const work =
      detail.work === undefined ? "" : `, ${String(detail.work.commitsAhead)} commits ahead`;
    return {
      text: `${thopterWords(detail)}, branch ${detail.branch}${work}.`,
      content: viewThopterDetail(detail),
    };
  },
});
