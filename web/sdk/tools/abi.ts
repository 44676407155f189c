/**
 * Tables of the contracts, written from their frozen ABIs: one module for what is signed, one for
 * what is asked, one for events and one for state, so that a page loads what it uses.
 */

const WIDTH = 100;
// 2^53 itself is exact too, and the bound of times.
const FIELDS = "address big bool bytes int list optional record text".split(" ");
const SAFE = 2 ** 53;

export interface Type {
  readonly type: string;
  readonly name?: string;
  readonly min?: number;
  readonly max?: number;
  readonly chars_min?: number;
  readonly chars_max?: number;
  readonly bytes_min?: number;
  readonly bytes_max?: number;
  readonly count_min?: number;
  readonly count_max?: number;
  readonly items?: Type;
  readonly value?: Type;
  readonly fields?: readonly Type[];
}

interface Named {
  readonly name: string;
  readonly doc: string;
}

export interface Abi {
  readonly name: string;
  readonly methods: readonly (Named & { fields: readonly Type[]; errors: readonly string[] })[];
  readonly queries: readonly (Named & { params: readonly Type[]; returns: Type })[];
  readonly events: readonly (Named & { fields: readonly Type[] })[];
  readonly state: readonly { name: string; key: readonly Type[]; value: Type }[];
}

/** Return the texts of a contract's modules, by their names in `src/abi/`. */
export function tablesOf(abi: Abi): Readonly<Record<string, string>> {
  const { name } = abi;
  return {
    [`${name}.calls.gen.ts`]: module(abi, (types) => [
      `/** What can be signed for the contract ${name}. */`,
      `export const ${name} = {`,
      `  contract: "${name}",`,
      "  methods: {",
      ...abi.methods.flatMap((one) => [
        ...documented(one.doc),
        ...wrapped(`${one.name}: ${types.record(one.fields)},`, 4),
      ]),
      "  },",
      "} as const;",
      "",
      ...errorsOf(abi),
    ]),
    [`${name}.queries.gen.ts`]: module(abi, (types) => [
      `/** What can be asked of the contract ${name}; an answer is a claim. */`,
      `export const ${name}Queries = {`,
      `  contract: "${name}",`,
      "  queries: {",
      ...abi.queries.flatMap((one) => {
        const asked = `query(${types.fields(one.params)}, ${types.of(one.returns)})`;
        return wrapped(`${one.name}: ${asked},`, 4);
      }),
      "  },",
      "} as const;",
    ]),
    [`${name}.events.gen.ts`]: module(abi, (types) => [
      `/** What the contract ${name} tells in receipts. */`,
      `export const ${name}Events = {`,
      ...abi.events.flatMap((one) => wrapped(`${one.name}: ${types.record(one.fields)},`, 2)),
      "} as const;",
    ]),
    [`${name}.state.gen.ts`]: module(abi, (types) => [
      `/** What the contract ${name} remembers: each entry can be proven. */`,
      `export const ${name}State = {`,
      ...abi.state.flatMap((one) => {
        const parts = one.key.map((part) => keyPart(part, types)).join(", ");
        return wrapped(`${one.name}: map("${one.name}", [${parts}], ${types.of(one.value)}),`, 2);
      }),
      "} as const;",
    ]),
  };
}

/** Return a comment, on lines of its own where one would be too long. */
function documented(doc: string): string[] {
  const line = `    /** ${doc} */`;
  return line.length <= WIDTH ? [line] : ["    /**", `     * ${doc}`, "     */"];
}

function errorsOf(abi: Abi): string[] {
  const codes = [...new Set(abi.methods.flatMap((one) => one.errors))].toSorted();
  const union = wrapped(codes.map((code) => `| "${code}"`).join(" "), 2, " ");
  const name = `${abi.name[0]?.toUpperCase()}${abi.name.slice(1)}Code`;
  return [
    "/** The codes with which its methods refuse. */",
    ...(codes.length > 0 ? [`export type ${name} =`, ...union] : [`export type ${name} = never`]),
    ";",
  ];
}

function isCode(line: string): boolean {
  return !/^ *\/?\*/.test(line);
}

function keyPart(part: Type, types: Types): string {
  const field = types.of(part);
  return part.type === "bytes" && part.bytes_min !== part.bytes_max ? `ended(${field})` : field;
}

function module(abi: Abi, body: (types: Types) => readonly string[]): string {
  const found = new Types(new Map());
  body(found); // counts the records
  const types = new Types(found.counted);
  const lines = body(types);
  const code = [...types.constants, ...lines].filter(isCode);
  const text = code.join("\n");
  const names = (all: readonly string[]) =>
    all.filter((name) => new RegExp(`\\b${name}\\b(?!:)`).test(text)).join(", ");
  const contract = names(["ended", "map", "query"]);
  const fields = names([...FIELDS]);
  return [
    `/** Made from tests/vectors/abi/${abi.name}.json by \`npm run generate\`; do not edit. */`,
    "",
    ...(contract ? [`import { ${contract} } from "../contract.ts";`] : []),
    `import { ${fields} } from "../fields.ts";`,
    "",
    ...types.constants,
    ...(types.constants.length > 0 ? [""] : []),
    ...lines,
    "",
  ].join("\n");
}

/** Writes types; a record that a module has twice is written once. */
class Types {
  readonly counted = new Map<string, number>();
  readonly constants: string[] = [];
  readonly #before: ReadonlyMap<string, number>;
  readonly #names = new Map<string, string>();

  constructor(before: ReadonlyMap<string, number>) {
    this.#before = before;
  }

  of(type: Type): string {
    switch (type.type) {
      case "integer":
        return integer(type.min ?? 0, type.max ?? 0);
      case "text":
        return `text(${type.chars_min}, ${type.chars_max})`;
      case "bytes":
        return type.bytes_min === type.bytes_max
          ? `bytes(${type.bytes_min})`
          : `bytes(${type.bytes_min}, ${type.bytes_max})`;
      case "address":
        return "address";
      case "boolean":
        return "bool";
      case "list": {
        const least = type.count_min ? `, ${type.count_min}` : "";
        return `list(${this.of(type.items as Type)}, ${type.count_max}${least})`;
      }
      case "optional":
        return `optional(${this.of(type.value as Type)})`;
      case "record":
        return this.#shared(this.record(type.fields ?? []));
      default:
        throw new Error(`the ABI has a type ${type.type}, which has none here`);
    }
  }

  record(fields: readonly Type[]): string {
    return `record(${this.fields(fields)})`;
  }

  fields(fields: readonly Type[]): string {
    if (fields.length === 0) return "{}";
    return `{ ${fields.map((field) => `${field.name}: ${this.of(field)}`).join(", ")} }`;
  }

  /** Return a record as it is, or the name of the constant that it is. */
  #shared(written: string): string {
    this.counted.set(written, (this.counted.get(written) ?? 0) + 1);
    const known = this.#names.get(written);
    if (known !== undefined) return known;
    // What was counted had constants' texts in place of their names: count by the first form.
    if ((this.#before.get(this.#expanded(written)) ?? 0) < 2) return written;
    const name = `r${this.#names.size + 1}`;
    this.#names.set(written, name);
    this.constants.push(...wrapped(`const ${name} = ${written};`, 0));
    return name;
  }

  #expanded(written: string): string {
    const names = [...this.#names].reverse();
    return names.reduce(
      (text, [full, name]) => text.replaceAll(new RegExp(`\\b${name}\\b`, "g"), () => full),
      written,
    );
  }
}

function integer(low: number, high: number): string {
  if (low >= -SAFE && high <= SAFE) return `int(${low}, ${high})`;
  return `big(${exact(low)}, ${exact(high)})`;
}

/** JSON has lost the last digits of bounds at the edges of 64 bits: these are powers of two. */
function exact(bound: number): string {
  const value = BigInt(bound);
  const isEdge = value === 2n ** 63n || value === 2n ** 64n;
  return `${isEdge ? value - 1n : value}n`;
}

/** Return one line as lines of at most WIDTH characters, broken after commas. */
function wrapped(line: string, indent: number, separator = ", "): string[] {
  const lines: string[] = [];
  let current = " ".repeat(indent);
  for (const [index, part] of line.split(separator).entries()) {
    const piece = index === 0 ? part : separator === ", " ? ` ${part}` : `${separator}${part}`;
    const comma = index < line.split(separator).length - 1 && separator === ", " ? "," : "";
    if (current.length + piece.length + comma.length > WIDTH && current.trim() !== "") {
      lines.push(current);
      current = " ".repeat(indent + 2) + piece.trim() + comma;
    } else current += piece + comma;
  }
  return [...lines, current];
}
