/**
 * Canonical msgpack: one byte form for each value. Owns encoding only, not what values mean.
 *
 * Values are integers (-2^63 .. 2^64-1), bytes, text, booleans, null and arrays of these; maps,
 * floats and extension types do not exist.
 * Source: msgpack specification; docs/protocol.md#encoding.
 */

import { Refused } from "./refusal.ts";

/** An integer is a number where that is exact, else a bigint; `encode` takes both for either. */
export type Value = null | boolean | number | bigint | string | Uint8Array | readonly Value[];

/** The value has no form: a bug of the caller. */
export class CannotEncode extends Error {
  override readonly name = "CannotEncode";
}

/** `itemsMax` bounds all values of the tree together; `depthMax` the nesting of arrays. */
export interface Limits {
  readonly bytesMax: number;
  readonly itemsMax?: number;
  readonly depthMax?: number;
}

export const TRANSACTION_ITEMS_MAX = 10_000;
export const TRANSACTION_DEPTH_MAX = 16;
/** Far above what a reader takes: an array that holds itself ends here. */
const WRITTEN_DEPTH_MAX = 511;

/** What a head byte announces: `first` with a number of widths[0] bytes, first + 1 with ... */
interface Form {
  readonly first: number;
  readonly widths: readonly number[];
}

const BYTES: Form = { first: 0xc4, widths: [1, 2, 4] };
const UINT: Form = { first: 0xcc, widths: [1, 2, 4, 8] };
const INT: Form = { first: 0xd0, widths: [1, 2, 4, 8] };
const TEXT: Form = { first: 0xd9, widths: [1, 2, 4] };
const ARRAY: Form = { first: 0xdc, widths: [2, 4] };
const FORMS = [BYTES, UINT, INT, TEXT, ARRAY];

/** Return the canonical bytes of `value`. Throws CannotEncode. */
export function encode(value: Value): Uint8Array {
  const writer = new Writer();
  writer.write(value, 0);
  return writer.written();
}

/**
 * Return the value that `data` is the canonical encoding of. Throws Refused.
 *
 * Longer forms than need be, bytes after the value and text that is no UTF-8 are refused in one
 * place: what they decode to is encoded otherwise.
 */
export function decode(data: Uint8Array, limits: Limits): Value {
  if (data.length > limits.bytesMax) {
    throw new Refused("TOO_LARGE", `${data.length} bytes, at most ${limits.bytesMax}`);
  }
  const value = new Reader(data, limits).value(0);
  const again = encode(value);
  if (again.length !== data.length || again.some((byte, index) => byte !== data[index])) {
    throw new Refused("NOT_CANONICAL", "decodes to a value with another canonical encoding");
  }
  return value;
}

class Writer {
  #bytes = new Uint8Array(256);
  #length = 0;

  written(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  write(value: Value, depth: number): void {
    if (value === null) this.#byte(0xc0);
    else if (typeof value === "boolean") this.#byte(value ? 0xc3 : 0xc2);
    else if (typeof value === "number" || typeof value === "bigint") this.#integer(exact(value));
    else if (typeof value === "string") this.#text(value);
    else if (value instanceof Uint8Array) this.#blob(BYTES, value);
    else if (Array.isArray(value)) this.#array(value, depth);
    else throw new CannotEncode(`a value of type ${typeof value} has no encoding`);
  }

  #integer(value: bigint): void {
    if (-32n <= value && value < 128n) this.#byte(Number(BigInt.asUintN(8, value)));
    else this.#head(value < 0n ? INT : UINT, value);
  }

  #text(text: string): void {
    if (!text.isWellFormed()) throw new CannotEncode("half a surrogate pair has no encoding");
    const bytes = new TextEncoder().encode(text);
    if (bytes.length < 32) this.#append([0xa0 | bytes.length, ...bytes]);
    else this.#blob(TEXT, bytes);
  }

  #blob(form: Form, bytes: Uint8Array): void {
    this.#head(form, BigInt(bytes.length));
    this.#append(bytes);
  }

  #array(items: readonly Value[], depth: number): void {
    if (depth === WRITTEN_DEPTH_MAX) {
      throw new CannotEncode(`arrays nested deeper than ${WRITTEN_DEPTH_MAX}`);
    }
    if (items.length < 16) this.#byte(0x90 | items.length);
    else this.#head(ARRAY, BigInt(items.length));
    for (const item of items) this.write(item, depth + 1);
  }

  /** Write the shortest head of `form` that holds `value`, and `value` after it. */
  #head(form: Form, value: bigint): void {
    const fits = form === INT ? BigInt.asIntN : BigInt.asUintN;
    const index = form.widths.findIndex((width) => fits(8 * width, value) === value);
    const width = form.widths[index];
    if (width === undefined) throw new CannotEncode(`${value} is not from -2^63 to 2^64-1`);
    this.#byte(form.first + index);
    for (let shift = 8 * (width - 1); shift >= 0; shift -= 8) {
      this.#byte(Number(BigInt.asUintN(8, value >> BigInt(shift))));
    }
  }

  #byte(byte: number): void {
    this.#append([byte]);
  }

  #append(bytes: ArrayLike<number>): void {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
  }
}

class Reader {
  readonly #data: Uint8Array;
  readonly #itemsMax: number;
  readonly #depthMax: number;
  #at = 0;
  #items = 1;

  constructor(data: Uint8Array, limits: Limits) {
    this.#data = data;
    this.#itemsMax = limits.itemsMax ?? TRANSACTION_ITEMS_MAX;
    this.#depthMax = limits.depthMax ?? TRANSACTION_DEPTH_MAX;
  }

  value(depth: number): Value {
    const head = Number(this.#number(1));
    if (head < 0x80) return head;
    if (head >= 0xe0) return head - 0x100;
    if (0x90 <= head && head < 0xa0) return this.#array(head & 0x0f, depth);
    if (0xa0 <= head && head < 0xc0) return this.#text(head & 0x1f);
    if (head === 0xc0) return null;
    if (head === 0xc2 || head === 0xc3) return head === 0xc3;
    const form = FORMS.find(({ first, widths }) => first <= head && head < first + widths.length);
    const width = form?.widths[head - form.first];
    if (form === undefined || width === undefined) {
      throw new Refused("NOT_CANONICAL", `byte ${head} begins no value of the encoding`);
    }
    const number = this.#number(width);
    if (form === UINT) return narrow(number);
    if (form === INT) return narrow(BigInt.asIntN(8 * width, number));
    if (form === TEXT) return this.#text(Number(number));
    if (form === ARRAY) return this.#array(Number(number), depth);
    return new Uint8Array(this.#take(Number(number))); // a copy, whatever kind of bytes were given
  }

  #array(count: number, depth: number): Value[] {
    if (depth >= this.#depthMax) {
      throw new Refused("TOO_DEEP", `nested deeper than ${this.#depthMax}`);
    }
    this.#items += count;
    if (this.#items > this.#itemsMax) {
      throw new Refused("TOO_MANY_ITEMS", `more than ${this.#itemsMax} items`);
    }
    return Array.from({ length: count }, () => this.value(depth + 1));
  }

  #text(length: number): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.#take(length));
  }

  #number(width: number): bigint {
    return this.#take(width).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#data.length) {
      throw new Refused("NOT_CANONICAL", `${end - this.#data.length} bytes are missing`);
    }
    this.#at = end;
    return this.#data.subarray(end - length, end);
  }
}

function exact(value: number | bigint): bigint {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new CannotEncode(`${value} is no exact integer; beyond 2^53 give a bigint`);
  }
  return BigInt(value);
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
