/** The SDK's page, docs/sdk.md, written from the sources: what is exported, examples, words. */

import { readFileSync } from "node:fs";

const SOURCES = new URL("../src/", import.meta.url);
const EXAMPLES = new URL("../examples/", import.meta.url);
const WIDTH = 120;
const EXPORT = new RegExp(
  String.raw`/\*\*((?:(?!\*/)[\s\S])*)\*/\n` +
    String.raw`export (?:async )?(?:function|class|interface|type|const) (\w+)`,
  "g",
);

const BALLOTS = ["ballot", "questions", "tokens", "vouching"];
const MODULES: readonly (readonly [title: string, files: readonly string[]])[] = [
  ["Connection and proofs", ["sapha.ts", "proven.ts", "light.ts", "genesis.ts", "nodes.ts"]],
  ["Calls", ["contract.ts", "transaction.ts", "what_you_sign.ts"]],
  ["Keys", ["signer.ts", "keys.ts", "address.ts", "words/words.ts"]],
  ["Bytes", ["codec.ts", "hash.ts", "hex.ts", "state_key.ts", "receipt.ts", "refusal.ts"]],
  ["Complaints", ["receipt_key", "content", "wraps", "writing", "blobs"].map(ofComplaints)],
  ["Ballots, tokens, vouched keys", BALLOTS.map((name) => `ballots/${name}.ts`)],
  ["QR payments", ["qr/payment.ts"]],
  ["What a browser is good for", ["probes.ts"]],
];

function ofComplaints(name: string): string {
  return `complaints/${name}.ts`;
}

/** Return the text of the page. */
export function pageOf(probes: Readonly<Record<string, { th: string; en: string }>>): string {
  const surface = MODULES.flatMap(([title, files]) => [
    `### ${title}`,
    "",
    ...files.flatMap(exportedOf).flatMap(wrapped),
    "",
  ]);
  const rows = Object.entries(probes).map(([feature, { th, en }]) => {
    return `| \`${feature}\` | ${th} | ${en} |`;
  });
  return [
    prose("head"),
    "## Examples",
    "",
    "Each runs in Node as it is; `tests/web/test_examples.py` runs them against a network, in Node",
    "and in Chromium under a policy that allows no code but the page's own.",
    "",
    ...["verify", "pay", "file"].flatMap((name) => ["```ts", example(name), "```", ""]),
    "## Exports",
    "",
    ...surface,
    "Tables of the contracts (`abi/NAME.calls.gen.ts`, `.queries`, `.events`, `.state`) are made",
    "from the frozen ABIs: `callOf`, `ask` and `prove` take their types and bounds from these.",
    "",
    "## Words for what a browser lacks",
    "",
    "| Feature | Thai | English |",
    "|---|---|---|",
    ...rows,
    "",
    prose("tail"),
  ].join("\n");
}

function prose(part: "head" | "tail"): string {
  return readFileSync(new URL(`sdk.${part}.md`, import.meta.url), "utf8");
}

function example(name: string): string {
  return readFileSync(new URL(`${name}.ts`, EXAMPLES), "utf8").trimEnd();
}

/** Return a line for each export of a module: its name, and the first sentence of its comment. */
function exportedOf(file: string): string[] {
  const source = readFileSync(new URL(file, SOURCES), "utf8");
  return Array.from(source.matchAll(EXPORT), ([, comment = "", name = ""]) => {
    const text = comment.replaceAll(/\n? *\*/g, " ").replaceAll(/\s+/g, " ").trim();
    const first = /^.*?[.:](?= |$)/.exec(text)?.[0] ?? text;
    return `- \`${name}\`: ${first.replace(/:$/, ".")}`;
  });
}

/** Return a list's line on lines of at most WIDTH characters. */
function wrapped(line: string): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    if (current.length + word.length + 1 > WIDTH) {
      lines.push(current);
      current = `  ${word}`;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
