/** Writes the generated modules of sdk/src, and docs/sdk.md, anew from what they are made of. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

import { PROBE_WORDS } from "../src/probes.ts";
import { type Abi, tablesOf } from "./abi.ts";
import { pageOf } from "./docs.ts";
import { labelsOf } from "./labels.ts";
import { type Document, modulesOf } from "./openrpc.ts";
import { thaiOf } from "./thai.ts";

const VECTORS = new URL("../../../tests/vectors/", import.meta.url);
const THAI = new URL("../../../client/thai_words.py", import.meta.url);
const SOURCES = new URL("../src/", import.meta.url);

/** Return the texts of all generated files by their paths from src/. */
export function generated(): Readonly<Record<string, string>> {
  const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, VECTORS), "utf8"));
  const files = readdirSync(new URL("abi/", VECTORS)).toSorted();
  const abis = files.map((name) => read(`abi/${name}`) as Abi);
  const tables = abis.flatMap((abi) => Object.entries(tablesOf(abi)));
  return {
    ...modulesOf(read("openrpc.json") as Document),
    "../../../docs/sdk.md": pageOf(PROBE_WORDS),
    "words/thai.gen.ts": thaiOf(readFileSync(THAI, "utf8")),
    "labels/methods.gen.ts": labelsOf(abis),
    ...Object.fromEntries(tables.map(([name, text]) => [`abi/${name}`, text])),
  };
}

if (import.meta.main) {
  mkdirSync(new URL("abi/", SOURCES), { recursive: true });
  for (const [name, text] of Object.entries(generated())) {
    writeFileSync(new URL(name, SOURCES), text);
  }
}
