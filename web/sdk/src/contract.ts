/** What a contract declares, as the tables of `abi/` say it. Owns their form. */

import type { Field, Fields, RecordOf, TypeOf } from "./fields.ts";
import { Ended, type KeyPart } from "./state_key.ts";

/** Messages by method: what can be signed. */
export interface Calls {
  readonly contract: string;
  readonly methods: Readonly<Record<string, Field<never>>>;
}

/** A query: its parameters by name, and the type of its answer. */
export interface Query<P extends Fields = Fields, R = unknown> {
  readonly params: P;
  readonly returns: Field<R>;
}

/** A map of state: how the parts of a key are written, and the type of its values. */
export interface StateMap<K extends readonly unknown[] = readonly unknown[], V = unknown> {
  readonly name: string;
  readonly keyOf: (parts: K) => readonly KeyPart[];
  readonly value: Field<V>;
}

export type Events = Readonly<Record<string, Field<unknown>>>;

/** A message of a method, such as `{ contract: "cbdc", method: "transfer", message }`. */
export interface Call {
  readonly contract: string;
  readonly method: string;
  readonly args: Field<unknown>;
  readonly message: unknown;
}

/** Return a call of a method of a table, its message typed. */
export function callOf<
  C extends { contract: string; methods: object },
  M extends keyof C["methods"],
>(
  calls: C,
  method: M & string,
  message: TypeOf<C["methods"][M]>,
): Call {
  const args = calls.methods[method as keyof typeof calls.methods] as Field<unknown>;
  return { contract: calls.contract, method, args, message };
}

/** Return a query of these parameters and this answer. */
export function query<P extends Fields, R>(params: P, returns: Field<R>): Query<P, R> {
  return { params, returns };
}

export type AnyQuery = Query<any, any>;
export type ParamsOfQuery<Q> = Q extends Query<infer P, any> ? RecordOf<P> : never;
export type AnswerOf<Q> = Q extends Query<any, infer R> ? R : never;

/** A part of a map's key: its type, and whether its length varies. */
type PartField<T> = Field<T> & { readonly isEnded?: boolean };

/** Return a map whose keys have these parts; an item or counter has none. */
export function map<K extends readonly unknown[], V>(
  name: string,
  parts: { readonly [I in keyof K]: PartField<K[I]> },
  value: Field<V>,
): StateMap<K, V> {
  const keyOf = (given: K): readonly KeyPart[] =>
    parts.map((part, index) => {
      const written = part.write(given[index], `${name} key`);
      return part.isEnded ? new Ended(written as Uint8Array) : (written as KeyPart);
    });
  return { name, keyOf, value };
}

/** Bytes of a key whose length varies: written with an end where another part follows. */
export function ended(field: Field<Uint8Array>): PartField<Uint8Array> {
  return { ...field, isEnded: true };
}
