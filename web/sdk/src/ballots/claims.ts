/**
 * Claims about ciphertexts, and proofs that one branch of a claim is true, without saying which.
 *
 * A claim is a tag, fields and branches; a branch is true when all its ciphertexts hold 0.
 * Source: Cramer, Damgård, Schoenmakers 1994; docs/voting.md#transcripts.
 */

import { joined } from "../bytes.ts";
import {
  BASE,
  challenge,
  modulo,
  ORDER,
  Point,
  randomScalar,
  scalarBytes,
  times,
  uint,
} from "./transcript.ts";

/** (A, B) = (rG, rK + mG): the number m under the key K. */
export type Ciphertext = readonly [a: Point, b: Point];
type Branch = readonly Ciphertext[];
export type Labels = readonly Uint8Array[];
type Bounds = readonly [low: number, high: number];

export interface Claim {
  readonly tag: string;
  readonly fields: Labels;
  readonly branches: readonly Branch[];
}

/** Which branch of a claim is true, and the randomness of each of that branch's ciphertexts. */
export interface Truth {
  readonly branch: number;
  readonly randomness: readonly bigint[];
}

/** Return a number under the key with this randomness. */
export function encrypt(key: Point, number: number, randomness: bigint): Ciphertext {
  return [times(randomness, BASE), times(randomness, key).add(times(BigInt(number), BASE))];
}

/** Return the ciphertext of the sum of the numbers. */
export function summed(ciphertexts: readonly Ciphertext[]): Ciphertext {
  const sum = (side: 0 | 1) => ciphertexts.reduce((all, one) => all.add(one[side]), Point.ZERO);
  return [sum(0), sum(1)];
}

export function encoded([a, b]: Ciphertext): readonly Uint8Array[] {
  return [a.toBytes(), b.toBytes()];
}

/** The ciphertext holds 0 or 1. Labels: ctx_B, contest, number of the ciphertext. */
export function zeroOne(labels: Labels, key: Point, ciphertext: Ciphertext): Claim {
  const fields = [...labels, ...points(BASE, key), ...encoded(ciphertext)];
  return { tag: "or01", fields, branches: [[ciphertext], [less(ciphertext, 1)]] };
}

/** The sum is within bounds. Labels: ctx_B, contest. */
export function sumWithin(labels: Labels, key: Point, total: Ciphertext, bounds: Bounds): Claim {
  const fields = [...labels, ...bounds.map(uint), ...points(BASE, key), ...encoded(total)];
  return { tag: "sum", fields, branches: within(total, bounds) };
}

/** No blank, or the sum is 0. Labels: ctx_B, contest. */
export function nothingBeside(
  labels: Labels,
  key: Point,
  [blank, total]: readonly [Ciphertext, Ciphertext],
  bounds: Bounds,
): Claim {
  const ends = [...encoded(blank), ...encoded(total)];
  const fields = [...labels, ...bounds.map(uint), ...points(BASE, key), ...ends];
  return { tag: "blank0", fields, branches: [[blank], [total]] };
}

/** Blank, or the sum is within bounds; goes with `nothingBeside`, over the same fields. */
export function blankOrWithin(
  claim: Claim,
  [blank, total]: readonly [Ciphertext, Ciphertext],
  bounds: Bounds,
): Claim {
  const branches = [[less(blank, 1)], ...within(total, bounds)];
  return { tag: "blank1", fields: claim.fields, branches };
}

/** The pair is (0, 0), (1, 0) or (0, 1). Labels: ctx_B, contest, i, j. */
export function pairOf(
  labels: Labels,
  key: Point,
  [before, after]: readonly [Ciphertext, Ciphertext],
): Claim {
  const fields = [...labels, ...points(BASE, key), ...encoded(before), ...encoded(after)];
  const branches = [
    [before, after],
    [less(before, 1), after],
    [before, less(after, 1)],
  ];
  return { tag: "pair", fields, branches };
}

/** Return the proof: the true branch is answered, the others are simulated. */
export function proveClaim({ tag, fields, branches }: Claim, key: Point, truth: Truth): Uint8Array {
  for (;;) {
    const parts = branches.map(randomScalar);
    const responses = branches.map((branch) => branch.map(randomScalar));
    const commitments = branches.flatMap((branch, index) =>
      branch.flatMap((ciphertext, at) => {
        const number = responses[index]?.[at] ?? 0n;
        if (index === truth.branch) return points(times(number, BASE), times(number, key));
        return simulated(key, ciphertext, parts[index] ?? 0n, number);
      }),
    );
    const others = parts.reduce((sum, part, at) => (at === truth.branch ? sum : sum + part), 0n);
    const part = modulo(challenge(tag, [...fields, ...commitments]) - others);
    parts[truth.branch] = part;
    responses[truth.branch] = (responses[truth.branch] ?? []).map((nonce, at) =>
      modulo(nonce + part * (truth.randomness[at] ?? 0n)),
    );
    const scalars = [...parts, ...responses.flat()];
    const isUsable = scalars.every((scalar) => scalar % ORDER !== 0n); // zeros are refused
    if (isUsable) return joined(...scalars.map(scalarBytes));
  }
}

export function points(...all: readonly Point[]): readonly Uint8Array[] {
  return all.map((point) => point.toBytes());
}

function simulated(
  key: Point,
  [a, b]: Ciphertext,
  part: bigint,
  response: bigint,
): readonly Uint8Array[] {
  const left = times(response, BASE).subtract(times(part, a));
  return points(left, times(response, key).subtract(times(part, b)));
}

/** Return the ciphertext of the number less `number`, with the same randomness. */
function less([a, b]: Ciphertext, number: number): Ciphertext {
  return [a, b.subtract(times(BigInt(number), BASE))];
}

function within(total: Ciphertext, [low, high]: Bounds): readonly Branch[] {
  return Array.from({ length: high - low + 1 }, (_item, at) => [less(total, low + at)]);
}
