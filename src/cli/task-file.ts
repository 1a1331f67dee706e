import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { messageOf, UserError } from "../core/errors.ts";
import { priorities } from "../core/operation.ts";
import { parseSpan } from "../core/words.ts";

const mostBytes = 10_000_000;
const mostTasks = 1000;

/** One line of a file of tasks. */
const taskSchema = z.strictObject({
  task: z.string().min(1),
  repository: z.string().min(1).optional(),
  base: z.string().min(1).optional(),
  name: z.string().min(1).optional(),
  labels: z.array(z.string()).optional(),
  ttl: z
    .string()
    .refine((text) => parseSpan(text) !== undefined, "give a time such as 8h")
    .optional(),
  priority: z.enum(priorities).optional(),
  template: z.string().min(1).optional(),
  variables: z.record(z.string(), z.string()).optional(),
  /** Repeating it makes no second one; made from the rest of the line when absent. */
  key: z.string().min(1).max(200).optional(),
});

export type TaskLine = z.output<typeof taskSchema>;

/** Reads a file with a JSON object a line; blank lines count for nothing. Throws UserError that names each bad line. */
export async function readTaskFile(path: string): Promise<TaskLine[]> {
  const lines = (await textOf(path)).split("\n");
  const problems: string[] = [];
  const tasks = lines.flatMap((line, index): TaskLine[] => {
    if (line.trim() === "") return [];
    const parsed = taskSchema.safeParse(parseJson(line));
    if (parsed.success) return [parsed.data];
    const issues = parsed.error.issues.map(({ path: at, message }) =>
      at.length === 0 ? message : `${at.join(".")}: ${message}`,
    );
    problems.push(`  line ${index + 1}: ${issues.join("; ")}`);
    return [];
  });
  if (problems.length > 0)
    throw new UserError(
      `Cannot take the tasks of "${path}", nothing was asked for:\n${problems.slice(0, 20).join("\n")}`,
    );
  if (tasks.length > 0 && tasks.length <= mostTasks) return tasks;
  throw new UserError(
    `Cannot take the tasks of "${path}": it has ${tasks.length}; give 1 to ${mostTasks}, a line each, such as {"task": "mend the login", "repository": "owner/name"}.`,
  );
}

/** What is no JSON is no task either. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function textOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= mostBytes) return await readFile(path, "utf8");
  } catch (cause) {
    const why = messageOf(cause);
    throw new UserError(`Cannot read "${path}": ${why}.`, { cause });
  }
  throw new UserError(`Cannot read "${path}": it has more than ${mostBytes} bytes. Split it.`);
}
