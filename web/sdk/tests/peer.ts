/**
 * Answers Python's questions, one JSON line each, so that both languages are compared in one run.
 *
 * {"encode": value} -> {"bytes": hex}
 * {"decode": hex, "limits": {...}} -> {"value": value, "bytes": hex} or {"refused": code}
 */

import { createInterface } from "node:readline";

import { decode, encode, type Limits, Refused } from "../src/index.ts";
import { hex, type Shown, shownOf, unhex, valueOf } from "./vectors.ts";

type Question =
  | { readonly encode: Shown }
  | { readonly decode: string; readonly limits: Limits };

function answer(question: Question): object {
  if ("encode" in question) return { bytes: hex(encode(valueOf(question.encode))) };
  try {
    const value = decode(unhex(question.decode), question.limits);
    return { value: shownOf(value), bytes: hex(encode(value)) };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.code };
    throw error;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as Question))}\n`);
}
