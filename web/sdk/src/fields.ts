/**
 * Types of contracts' values: how one is checked before it is signed, and read from both forms.
 *
 * A value has two forms beside the page's own: canonical (`write`, `read`: arguments, state,
 * events in receipts) and JSON (`toJson`, `fromJson`: what nodes are asked and answer).
 * The tables of `abi/` are made of these. Source: docs/protocol.md#arguments, #text.
 */

import { readAddress, showAddress } from "./address.ts";
import type { Value } from "./codec.ts";
import { hex, unhex } from "./hex.ts";
import { ADDRESS_BYTES } from "./keys.ts";
import { type ArgumentCode, Refused } from "./refusal.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** The type of one value; `T` is its form for pages. */
export interface Field<T> {
  /** Return the canonical form. Throws Refused, which names the field. */
  readonly write: (value: T, name: string) => Value;
  /** Return the page's form of a canonical one. Throws Refused. */
  readonly read: (value: Value | undefined, name: string) => T;
  readonly toJson: (value: T) => Json;
  readonly fromJson: (json: unknown, name: string) => T;
  /** Whether the value may be left out. */
  readonly isOptional?: true;
  /** The fields of a record by name, in order. */
  readonly fields?: Fields;
  /** The type of the items of a list. */
  readonly item?: AnyField;
  /** Whether bytes are an address, which people see in a form of its own. */
  readonly isAddress?: true;
}

type AnyField = Field<any>;
export type Fields = Readonly<Record<string, AnyField>>;
export type TypeOf<F> = F extends Field<infer T> ? T : never;

type OptionalNames<F> = { [N in keyof F]: null extends TypeOf<F[N]> ? N : never }[keyof F];
type Shown<T> = { [N in keyof T]: T[N] };
/** What a record is for pages: names and values; what is optional may be left out. */
export type RecordOf<F> = Shown<
  { readonly [N in Exclude<keyof F, OptionalNames<F>>]: TypeOf<F[N]> } & {
    readonly [N in OptionalNames<F>]?: TypeOf<F[N]>;
  }
>;

const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;

function refuse(code: ArgumentCode, message: string): never {
  throw new Refused(code, message);
}

function wrongType(name: string, wanted: string): never {
  return refuse("WRONG_ARGUMENT_TYPE", `${name} must be ${wanted}`);
}

/** Throw unless `count` is from `low` to `high`. */
function checkCount(count: number, low: number, high: number, name: string, unit: string): void {
  if (count < low || count > high) {
    const have = `${name} has ${count} ${unit}`;
    refuse("ARGUMENT_OUT_OF_BOUNDS", `${have}, must have ${low} to ${high}`);
  }
}

/** Return a field whose canonical and page's forms are one. */
function plain<T extends Value>(
  check: (value: unknown, name: string) => T,
  toJson: (value: T) => Json,
  fromJson: (json: unknown, name: string) => T,
): Field<T> {
  return { write: check, read: check, toJson, fromJson };
}

function integerOf(value: unknown, low: bigint, high: bigint, name: string): bigint {
  const isInteger = typeof value === "bigint" || Number.isSafeInteger(value);
  if (!isInteger) return wrongType(name, "an integer");
  const exact = BigInt(value as number | bigint);
  if (exact < low || exact > high) {
    refuse("ARGUMENT_OUT_OF_BOUNDS", `${name} is ${exact}, must be ${low} to ${high}`);
  }
  return exact;
}

const EDGE = 2 ** 53;
const INTEGER = /^-?[0-9]{1,20}$/;

function integerFromJson(json: unknown, name: string): bigint {
  if (typeof json === "string" && INTEGER.test(json)) return BigInt(json);
  return Number.isInteger(json) ? BigInt(json as number) : wrongType(name, "an integer");
}

/** An integer that a number holds exactly: up to 2^53, which is the bound of times. */
export function int(low: number, high: number): Field<number> {
  const check = (value: unknown, name: string) => {
    const exact = value === EDGE ? BigInt(EDGE) : value;
    return integerOf(exact, BigInt(low), BigInt(high), name);
  };
  return {
    write: check,
    read: (value, name) => Number(check(value, name)),
    toJson: (value) => (value === EDGE ? String(value) : value),
    fromJson: (json, name) => Number(check(integerFromJson(json, name), name)),
  };
}

/** An integer beyond that. */
export function big(low: bigint, high: bigint): Field<bigint> {
  const check = (value: unknown, name: string) => integerOf(value, low, high, name);
  return plain(check, String, (json, name) => check(integerFromJson(json, name), name));
}

/**
 * Text of so many code points, by the text rule of the protocol.
 *
 * A browser has newer tables than Unicode 3.2: a newer letter is refused by the ledger alone.
 */
export function text(low: number, high: number): Field<string> {
  const check = (value: unknown, name: string): string => {
    if (typeof value !== "string") return wrongType(name, "text");
    checkCount(Array.from(value).length, low, high, name, "characters");
    if (UNPRINTABLE.test(value)) refuse("BAD_TEXT", `${name} holds what is not printable text`);
    if (value.normalize("NFC") !== value) refuse("BAD_TEXT", `${name} is not in NFC`);
    return value;
  };
  return plain(check, (value) => value, check);
}

/** From `low` to `high` bytes. */
export function bytes(low: number, high: number = low): Field<Uint8Array> {
  const check = (value: unknown, name: string): Uint8Array => {
    if (!(value instanceof Uint8Array)) return wrongType(name, "bytes");
    checkCount(value.length, low, high, name, "bytes");
    return value;
  };
  return plain(check, hex, (json, name) => check(unhex(json), name));
}

/** An address: 20 bytes, in JSON as people see it. */
export const address: Field<Uint8Array> = {
  ...plain(
    (value, name): Uint8Array => {
      const isAddress = value instanceof Uint8Array && value.length === ADDRESS_BYTES;
      return isAddress ? value : wrongType(name, "an address");
    },
    showAddress,
    (json, name) => (typeof json === "string" ? readAddress(json) : wrongType(name, "an address")),
  ),
  isAddress: true,
};

const checkBoolean = (value: unknown, name: string): boolean =>
  typeof value === "boolean" ? value : wrongType(name, "true or false");
/** True or false. */
export const bool: Field<boolean> = plain(checkBoolean, (value) => value, checkBoolean);

/** A value, or null for none. */
export function optional<T>(value: Field<T>): Field<T | null> {
  return {
    write: (given, name) => (given === null ? null : value.write(given, name)),
    read: (found, name) => (found === null ? null : value.read(found, name)),
    toJson: (given) => (given === null ? null : value.toJson(given)),
    fromJson: (json, name) => (json === null ? null : value.fromJson(json, name)),
    isOptional: true,
    ...(value.fields && { fields: value.fields }),
    ...(value.item && { item: value.item }),
    ...(value.isAddress && { isAddress: value.isAddress }),
  };
}

/** From `low` to `high` items of one type. */
export function list<T>(item: Field<T>, high: number, low = 0): Field<readonly T[]> {
  const items = (value: unknown, name: string): readonly unknown[] => {
    if (!Array.isArray(value)) return wrongType(name, "a list");
    checkCount(value.length, low, high, name, "items");
    return value;
  };
  return {
    write: (value, name) =>
      items(value, name).map((one, at) => item.write(one as T, `${name}[${at}]`)),
    read: (value, name) =>
      items(value, name).map((one, at) => item.read(one as Value, `${name}[${at}]`)),
    toJson: (value) => value.map(item.toJson),
    fromJson: (json, name) =>
      items(json, name).map((one, at) => item.fromJson(one, `${name}[${at}]`)),
    item,
  };
}

/** Named fields in order; what is optional may be left out. */
export function record<F extends Fields>(fields: F): Field<RecordOf<F>> {
  const parts = Object.entries(fields);
  const given = (value: unknown, name: string): Readonly<Record<string, unknown>> => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return wrongType(name, "an object of named fields");
    }
    const found = value as Readonly<Record<string, unknown>>;
    const unknown = Object.keys(found).find((key) => !Object.hasOwn(fields, key));
    if (unknown !== undefined) refuse("WRONG_ARGUMENT_COUNT", `${name}.${unknown} is no field`);
    const missing = parts.find(([key, field]) => !field.isOptional && !Object.hasOwn(found, key));
    if (missing !== undefined) refuse("WRONG_ARGUMENT_COUNT", `${name}.${missing[0]} is missing`);
    return found;
  };
  const made = (read: (key: string, field: AnyField, index: number) => unknown) =>
    Object.fromEntries(parts.map(([key, field], at) => [key, read(key, field, at)])) as RecordOf<F>;
  return {
    fields,
    write: (value, name) => {
      const found = given(value, name);
      return parts.map(([key, field]) => field.write(found[key] ?? null, `${name}.${key}`));
    },
    read: (value, name) => {
      const isRecord = Array.isArray(value) && value.length === parts.length;
      if (!isRecord) return wrongType(name, `an array of ${parts.length} fields`);
      return made((key, field, at) => field.read(value[at] as Value, `${name}.${key}`));
    },
    toJson: (value) => {
      const found = value as Readonly<Record<string, unknown>>;
      return Object.fromEntries(
        parts.map(([key, field]) => [key, field.toJson(found[key] ?? null)]),
      );
    },
    fromJson: (json, name) => {
      const found = typeof json === "object" && json !== null && !Array.isArray(json);
      if (!found) return wrongType(name, "an object of named fields");
      const object = json as Readonly<Record<string, unknown>>; // later versions may have more
      return made((key, field) => field.fromJson(object[key] ?? null, `${name}.${key}`));
    },
  };
}
