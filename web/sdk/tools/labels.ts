/** The English labels of methods: what their contracts say of them, written from the ABIs. */

import type { Abi } from "./abi.ts";

const WIDTH = 100;
const NOTICE = "/** Made from tests/vectors/abi by `npm run generate`; do not edit. */";

/** Return the module that says what each method does. */
export function labelsOf(abis: readonly Abi[]): string {
  const contracts = abis.flatMap(({ name, methods }) => [
    `  ${name}: {`,
    ...methods.flatMap((one) => linesOf(one.name, JSON.stringify(one.doc))),
    "  },",
  ]);
  return [
    NOTICE,
    "",
    "export const METHODS_EN: Readonly<Record<string, Readonly<Record<string, string>>>> = {",
    ...contracts,
    "};",
    "",
  ].join("\n");
}

/** Return a property, on two lines where one would be too long. */
function linesOf(name: string, text: string): readonly string[] {
  const line = `    ${name}: ${text},`;
  return line.length <= WIDTH ? [line] : [`    ${name}:`, `      ${text},`];
}
