/**
 * Answers Python's questions, one JSON line each, so that both languages are compared in one run.
 *
 * {"encode": value} -> {"bytes": hex}
 * {"decode": hex, "limits": {...}} -> {"value": value, "bytes": hex} or {"refused": code}
 * {"act": name, ...} -> what the act of this name says (acts.ts), or {"refused": code or name}
 */

import { createInterface } from "node:readline";

import { decode, encode, type Limits, Refused } from "../src/index.ts";
import { ACTS, type Given } from "./acts.ts";
import { hex, type Shown, shownOf, unhex, valueOf } from "./vectors.ts";

type Question =
  | { readonly act: string }
  | { readonly encode: Shown }
  | { readonly decode: string; readonly limits: Limits };

async function answer(question: Question): Promise<object> {
  if ("act" in question) return acted(question.act, question as unknown as Given);
  if ("encode" in question) return { bytes: hex(encode(valueOf(question.encode))) };
  try {
    const value = decode(unhex(question.decode), question.limits);
    return { value: shownOf(value), bytes: hex(encode(value)) };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.code };
    throw error;
  }
}

const OURS = new Set([
  "Refused",
  "BadContent",
  "BadReadingKey",
  "BadQr",
  "BadWords",
  "BadKey",
  "NotAnAnswer",
]);

async function acted(name: string, given: Given): Promise<object> {
  try {
    return (await ACTS[name]?.(given)) ?? { unknown: name };
  } catch (error) {
    const fault = error as Error & { readonly code?: string };
    if (!OURS.has(fault.name)) throw error;
    return { refused: fault.code ?? fault.name };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Question))}\n`);
}
