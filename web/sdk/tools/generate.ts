/** Writes the generated modules of sdk/src anew from the frozen OpenRPC document. */

import { readFileSync, writeFileSync } from "node:fs";

import { type Document, modulesOf } from "./openrpc.ts";

const DOCUMENT = new URL("../../../tests/vectors/openrpc.json", import.meta.url);
const SOURCES = new URL("../src/", import.meta.url);

const document = JSON.parse(readFileSync(DOCUMENT, "utf8")) as Document;
for (const [name, text] of Object.entries(modulesOf(document))) {
  writeFileSync(new URL(name, SOURCES), text);
}
