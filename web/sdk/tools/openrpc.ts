/**
 * Types of a client, written from an OpenRPC document: an interface for each of its schemas, and
 * one of all methods with parameters, results and the codes of their errors.
 */

const WIDTH = 100;
const REFERENCE = "#/components/schemas/";

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
}

export interface Method {
  readonly name: string;
  readonly summary: string;
  readonly params: readonly { name: string; required: boolean; schema: Schema }[];
  readonly result: { readonly schema: Schema };
  readonly "x-errors": readonly string[];
}

export interface Document {
  readonly methods: readonly Method[];
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const NOTICE = "/** Made from tests/vectors/openrpc.json by `npm run generate`; do not edit. */";

/** Return the texts of the modules by name. Throws Error for a schema that has no type here. */
export function modulesOf(document: Document): Readonly<Record<string, string>> {
  const schemas = Object.entries(document.components.schemas);
  const methods = `export interface Methods {\n${document.methods.map(methodOf).join("\n")}\n}`;
  const names = schemas.map(([name]) => `${name},`);
  const used = names.filter((name) => new RegExp(`\\b${name.slice(0, -1)}\\b`).test(methods));
  const imported = `import type {\n${packed(used, " ", "  ")}\n} from "./schemas.gen.ts";`;
  return {
    "schemas.gen.ts": textOf(schemas.map(([name, schema]) => declared(name, schema))),
    "rpc.gen.ts": textOf([imported, methods]),
  };
}

function textOf(parts: readonly string[]): string {
  return `${[NOTICE, ...parts].join("\n\n")}\n`;
}

function declared(name: string, schema: Schema): string {
  const doc = docOf(schema.description, "");
  if (schema.properties === undefined) return `${doc}export type ${name} = ${typeOf(schema)};`;
  return `${doc}export interface ${name} {\n${packed(fieldsOf(schema), " ", "  ")}\n}`;
}

function methodOf(method: Method): string {
  const params = method.params.map(
    ({ name, required, schema }) => `${name}${required ? "" : "?"}: ${typeOf(schema)};`,
  );
  const codes = method["x-errors"].map((code) => `| ${JSON.stringify(code)}`);
  const taken = params.length ? ["params: {", ...params, "};"] : ["params: Record<string, never>;"];
  return [
    `${docOf(method.summary, "  ")}  ${JSON.stringify(method.name)}: {`,
    packed(taken, " ", "    "),
    packed(["result:", `${typeOf(method.result.schema)};`], " ", "    "),
    `${packed(["errors:", ...codes], " ", "    ")};`,
    "  };",
  ].join("\n");
}

/** Return the pieces in lines that are as full as they may be, each `indent` from the left. */
function packed(pieces: readonly string[], separator: string, indent: string): string {
  const lines: string[] = [];
  for (const piece of pieces) {
    const longer = lines.length ? `${lines.at(-1)}${separator}${piece}` : "";
    if (lines.length && longer.length < WIDTH) lines[lines.length - 1] = longer;
    else lines.push(`${indent}${piece}`);
  }
  return lines.join("\n");
}

function fieldsOf(schema: Schema): string[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).map(
    ([name, field]) => `${name}${required.has(name) ? "" : "?"}: ${typeOf(field)};`,
  );
}

function typeOf(schema: Schema): string {
  const branches = schema.anyOf ?? schema.oneOf;
  if (schema.$ref !== undefined) return schema.$ref.slice(REFERENCE.length);
  if (branches !== undefined) return [...new Set(branches.map(typeOf))].join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((item) => JSON.stringify(item)).join(" | ");
  switch (schema.type) {
    case undefined:
      return "unknown";
    case "integer":
    case "number":
      return "number";
    case "array":
      return `(${typeOf(schema.items ?? {})})[]`.replace(/^\((\w+)\)/, "$1");
    case "object":
      return recordOf(schema);
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    default:
      throw new Error(`a schema of type ${schema.type}`);
  }
}

function recordOf(schema: Schema): string {
  if (schema.properties !== undefined) return `{ ${fieldsOf(schema).join(" ")} }`;
  const values = schema.additionalProperties;
  return `Record<string, ${typeof values === "object" ? typeOf(values) : "unknown"}>`;
}

function docOf(text: string | undefined, indent: string): string {
  if (text === undefined) return "";
  const lines = text.split("\n").map((line) => line.trim());
  if (lines.length === 1) return `${indent}/** ${text} */\n`;
  const inner = lines.map((line) => `${indent} * ${line}`.trimEnd());
  return `${indent}/**\n${inner.join("\n")}\n${indent} */\n`;
}
