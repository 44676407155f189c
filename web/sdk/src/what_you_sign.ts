/**
 * What a person is about to sign, in words: the method, and every field that goes into the bytes.
 *
 * Nothing is hidden: a field without a label of its own stands under its name, bytes in hex.
 */

import { showAddress } from "./address.ts";
import type { Call } from "./contract.ts";
import type { Field } from "./fields.ts";
import { hex } from "./hex.ts";
import { FIELDS } from "./labels/fields.ts";
import { METHODS_EN } from "./labels/methods.gen.ts";
import { METHODS_TH } from "./labels/methods.ts";
import type { Language } from "./words/words.ts";

/** A call in words: what it does, and its fields in order. */
export interface Described {
  readonly title: string;
  readonly lines: readonly { readonly label: string; readonly value: string }[];
}

const WORDS = {
  th: { true: "ใช่", false: "ไม่", none: "ไม่มี" },
  en: { true: "yes", false: "no", none: "none" },
} as const;

/** Return what signing a call means, in Thai or English. Throws Refused, as signing it would. */
export function whatYouSign(call: Call, language: Language): Described {
  call.args.write(call.message, call.method);
  const methods = language === "th" ? METHODS_TH : METHODS_EN;
  const title = methods[call.contract]?.[call.method] ?? `${call.contract}.${call.method}`;
  return { title, lines: linesOf(call.args, call.message, "", language) };
}

function linesOf(
  field: Field<unknown>,
  value: unknown,
  label: string,
  language: Language,
): Described["lines"] {
  const { fields } = field;
  if (fields !== undefined && typeof value === "object" && value !== null) {
    const found = value as Readonly<Record<string, unknown>>;
    return Object.entries(fields).flatMap(([name, part]) => {
      const own = labelOf(name, language);
      return linesOf(part, found[name] ?? null, label === "" ? own : `${label}, ${own}`, language);
    });
  }
  if (Array.isArray(value)) {
    const { item } = field;
    if (item === undefined) return [{ label, value: shown(value, language) }];
    return value.flatMap((one, at) => linesOf(item, one, `${label} ${at + 1}`, language));
  }
  return [{ label, value: shown(value, language, field.isAddress) }];
}

function shown(value: unknown, language: Language, isAddress = false): string {
  if (value instanceof Uint8Array) return isAddress ? showAddress(value) : hex(value);
  if (value === null) return WORDS[language].none;
  if (typeof value === "boolean") return WORDS[language][`${value}`];
  return String(value);
}

function labelOf(name: string, language: Language): string {
  return FIELDS[name]?.[language === "th" ? 0 : 1] ?? name.replaceAll("_", " ");
}
