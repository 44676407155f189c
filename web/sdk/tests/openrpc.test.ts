/** The OpenRPC document of a node, and the client that is made from it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

import { type Document, modulesOf } from "../tools/openrpc.ts";
import { published } from "./vectors.ts";

// Its own types are sources that do not pass our checker.
const { validateOpenRPCDocument } = createRequire(import.meta.url)("@open-rpc/schema-utils-js") as {
  validateOpenRPCDocument: (document: unknown) => true | Error;
};
const SOURCES = new URL("../src/", import.meta.url);

test("the public validator accepts the document", () => {
  assert.equal(validateOpenRPCDocument(published("openrpc")), true);
});

test("the public validator refuses a document whose method lacks its parameters", () => {
  const document = published("openrpc") as { methods: Record<string, unknown>[] };
  delete document.methods[0]?.["params"];

  assert.notEqual(validateOpenRPCDocument(document), true);
});

test("the client is made from the document as it is", () => {
  const made = modulesOf(published("openrpc") as Document);

  assert.ok(Object.keys(made).length > 0);
  for (const [name, text] of Object.entries(made)) {
    const found = readFileSync(new URL(name, SOURCES), "utf8");
    assert.equal(found, text, "npm run generate writes it anew");
  }
});
