/**
 * What was proven and what a node only says: two types that do not mix.
 *
 * `Proven` is made by the light client alone, after every check has passed; whoever shows a value
 * as a proof asks for this type, and a `Claimed` one, or one that somebody wrote, does not compile
 * and is none at run time either. Source: docs/adr/0047-the-sdk-in-typescript.md.
 */

import type { Header } from "./header.ts";
import type { Validator } from "./validators.ts";

/** A header that a quorum certified, and who sealed it, in order. */
export interface Certified {
  readonly header: Header;
  readonly signers: readonly Validator[];
}

const ISSUED = Symbol("issued by a check");

/** A value that was verified under a certified header. */
export class Proven<T> {
  readonly #issued: typeof ISSUED;
  readonly value: T;
  /** The block that proves it: its height, its time, and who sealed it. */
  readonly at: Certified;

  constructor(value: T, at: Certified, issued: typeof ISSUED) {
    if (issued !== ISSUED) throw new TypeError("only a check makes something proven");
    this.#issued = issued;
    this.value = value;
    this.at = at;
  }

  /** Whether something is proven, whatever its type says. */
  static is(value: unknown): value is Proven<unknown> {
    return typeof value === "object" && value !== null && #issued in value;
  }

  /** Return what follows from the value alone, as proven as it is. */
  map<U>(read: (value: T) => U): Proven<U> {
    return new Proven(read(this.value), this.at, this.#issued);
  }
}

/** What a node says, of which there is no proof; `from` names the node. */
export class Claimed<T> {
  readonly #claimed = true;
  readonly claim: T;
  readonly from: string;

  constructor(claim: T, from: string) {
    this.claim = claim;
    this.from = from;
  }

  /** Whether something is a claim. */
  static is(value: unknown): value is Claimed<unknown> {
    return typeof value === "object" && value !== null && #claimed in value;
  }

  /** Return what follows from the claim, which is one too. */
  map<U>(read: (claim: T) => U): Claimed<U> {
    return new Claimed(read(this.claim), this.from);
  }
}

/** Return a verified value as proven: for the light client alone, not part of the SDK's surface. */
export function provenAt<T>(value: T, at: Certified): Proven<T> {
  return new Proven(value, at, ISSUED);
}
