import { z } from "zod";

const anySchema = z.record(z.string(), z.unknown());
const json = z.object({ schema: anySchema.optional() });
const content = z.object({
  content: z.object({ "application/json": json.optional() }).optional(),
});
const operation = z.object({
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), schema: anySchema.optional() }))
    .default([]),
  requestBody: content.optional(),
  responses: z.record(z.string(), content),
});
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), anySchema) }),
});
export type OpenApi = z.infer<typeof documentSchema>;

export type Exchange = {
  method: string;
  url: URL;
  sent: unknown;
  status: number;
  answered: unknown;
};

export function parseOpenApi(text: string): OpenApi {
  return documentSchema.parse(JSON.parse(text));
}

/** Where a request or its answer is not as the document says, one sentence each. */
export function deviations(document: OpenApi, exchange: Exchange): string[] {
  const { method, url, sent, status, answered } = exchange;
  const path = url.pathname.replace(/^\/v1/, "");
  const template = Object.keys(document.paths).find((candidate) => fits(candidate, path));
  const raw = document.paths[template ?? ""]?.[method.toLowerCase()];
  if (template === undefined || raw === undefined) return [`${method} ${path}: unknown`];
  const { parameters, requestBody, responses } = operation.parse(raw);
  const where = `${method} ${template}`;
  const problems = [...url.searchParams].flatMap(([name, value]) => {
    const known = parameters.find((one) => one.in === "query" && one.name === name);
    if (known === undefined) return [`${where} ?${name}: unknown`];
    const allowed = known.schema?.["enum"];
    const isAllowed = !Array.isArray(allowed) || allowed.includes(value);
    return isAllowed ? [] : [`${where} ?${name}: not one of the enum`];
  });
  const requestSchema = requestBody?.content?.["application/json"]?.schema;
  if (sent !== undefined && requestSchema === undefined) problems.push(`${where} body: unknown`);
  if (sent !== undefined)
    problems.push(...check(document, requestSchema, { at: `${where} body`, value: sent }));
  const response = responses[String(status)];
  if (response === undefined) problems.push(`${where} ${String(status)}: unknown`);
  const answerSchema = response?.content?.["application/json"]?.schema;
  const at = `${where} ${String(status)}`;
  return [...problems, ...check(document, answerSchema, { at, value: answered })];
}

function fits(template: string, path: string): boolean {
  const pattern = template.replaceAll(/\{[^}]+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(path);
}

type Value = { at: string; value: unknown };

function check(
  document: OpenApi,
  schema: Record<string, unknown> | undefined,
  part: Value,
): string[] {
  const { at, value } = part;
  if (schema === undefined || value === undefined) return [];
  const { $ref, allOf, type, enum: allowed, items } = schema;
  if (typeof $ref === "string") {
    return check(document, document.components.schemas[$ref.split("/").at(-1) ?? ""], part);
  }
  if (Array.isArray(allOf)) {
    return allOf.flatMap((one) => check(document, anySchema.parse(one), part));
  }
  if (Array.isArray(allowed) && !allowed.includes(value)) return [`${at}: not one of the enum`];
  if (type === "array") {
    if (!Array.isArray(value)) return [`${at}: no array`];
    return value.flatMap((one: unknown) =>
      check(document, anySchema.parse(items ?? {}), { at: `${at}[]`, value: one }),
    );
  }
  if (type === "object") return checkObject(document, schema, part);
  const wanted = type === "integer" ? Number.isInteger(value) : typeof value === type;
  return type === undefined || wanted ? [] : [`${at}: no ${JSON.stringify(type)}`];
}

function checkObject(
  document: OpenApi,
  schema: Record<string, unknown>,
  { at, value }: Value,
): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [`${at}: no object`];
  const properties = anySchema.parse(schema["properties"] ?? {});
  const rest = schema["additionalProperties"];
  const isOpen = schema["properties"] === undefined && rest === undefined;
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = properties[name] ?? (typeof rest === "object" ? rest : undefined);
    if (known === undefined) return isOpen ? [] : [`${at}.${name}: unknown`];
    return check(document, anySchema.parse(known), {
      at: `${at}.${name}`,
      value: inner as unknown,
    });
  });
}
