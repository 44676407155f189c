/**
 * Encrypts a ballot and proves that it is a valid one without saying what it holds.
 *
 * Proofs always take fresh random numbers: were one used for two challenges, it would give the vote
 * away. Source: docs/voting.md#transcripts, #weak-orders.
 */

import { joined } from "../bytes.ts";
import type { Signer } from "../signer.ts";
import {
  blankOrWithin,
  type Ciphertext,
  encoded,
  encrypt,
  type Labels,
  nothingBeside,
  pairOf,
  points,
  proveClaim,
  summed,
  sumWithin,
  zeroOne,
} from "./claims.ts";
import { type Contest, pairsOf, rowsOf, satisfies, type Shape, shapeOf } from "./questions.ts";
import { totalOf, type Values } from "./questions.ts";
import {
  BASE,
  challenge,
  hashOf,
  modulo,
  ORDER,
  type Point,
  pointOf,
  randomScalar,
  scalarBytes,
  secondGenerator,
  times,
  uint,
} from "./transcript.ts";

/** What a ballot's proofs are tied to; all of it is in the hash of every proof. */
export interface BallotStatement {
  /** ctx_E of the election, 64 bytes. */
  readonly election: Uint8Array;
  /** K, the election's key: 32 bytes. */
  readonly key: Uint8Array;
  readonly contests: readonly Contest[];
  readonly classId: number;
  /** The pseudonym's key with its kind byte. */
  readonly voterKey: Uint8Array;
  readonly seq: number;
  /** sigma of the registrars, 48 bytes. */
  readonly token: Uint8Array;
}

export interface EncryptedAnswer {
  readonly choices: readonly Uint8Array[];
  readonly proofs: readonly Uint8Array[];
  readonly sums: readonly Uint8Array[];
  readonly blank: Uint8Array;
}

/** A ballot as the ledger takes it, its tracker, and the randomness that would open it. */
export interface SealedBallot {
  readonly answers: readonly EncryptedAnswer[];
  readonly signature: Uint8Array;
  /** The hash that names the ballot: what the box shows. */
  readonly tracker: Uint8Array;
  /** To be destroyed once the ballot is cast; shown to a second device to check it. */
  readonly openings: readonly (readonly Uint8Array[])[];
}

/** The values are no answer to the contests; nothing was encrypted. */
export class NotAnAnswer extends Error {
  override readonly name = "NotAnAnswer";
}

interface Answer {
  readonly shape: Shape;
  readonly values: Values;
  readonly randomness: readonly bigint[];
  readonly ciphertexts: readonly Ciphertext[];
}

/**
 * Return the encrypted ballot for `values`, one row a contest, signed by the pseudonym's key.
 * Throws NotAnAnswer, or Refused for an election key that is none.
 */
export async function sealBallot(
  statement: BallotStatement,
  values: readonly Values[],
  signer: Signer,
): Promise<SealedBallot> {
  const key = pointOf(statement.key);
  const rows = statement.contests.map((contest, number): Answer => {
    const [shape, row] = [shapeOf(contest), values[number] ?? []];
    if (!satisfies(shape, row)) throw new NotAnAnswer(`no answer to a ${contest.kind} contest`);
    const randomness = row.map(randomScalar);
    const ciphertexts = row.map((value, at) => encrypt(key, value, randomness[at] ?? 0n));
    return { shape, values: row, randomness, ciphertexts };
  });
  if (values.length !== rows.length) throw new NotAnAnswer("the rows are not one a contest");
  const contexts = rows.map((_row, number) => contextOf(statement, rows, number));
  const answers = rows.map((row, number) => {
    return proven(statement, [contexts[number] as Uint8Array, uint(number)], key, row);
  });
  const proofs = answers.flatMap(({ proofs, sums, blank }) => [...proofs, ...sums, blank]);
  const tracker = hashOf("cast", [...contexts, ...proofs]);
  const openings = rows.map(({ randomness }) => randomness.map(scalarBytes));
  return { answers, signature: await signer.sign("vote/cast", tracker), tracker, openings };
}

/** Return ctx_B of a contest; it covers the ciphertexts of all contests. */
function contextOf(
  statement: BallotStatement,
  rows: readonly Answer[],
  contest: number,
): Uint8Array {
  const { election, classId, voterKey, seq, token } = statement;
  const choices = rows.flatMap(({ ciphertexts }) => ciphertexts.flatMap(encoded));
  const named = [election, uint(contest), uint(classId), voterKey, uint(seq), token];
  return hashOf("ballot", [...named, ...choices]);
}

function proven(
  statement: BallotStatement,
  labels: Labels,
  key: Point,
  answer: Answer,
): EncryptedAnswer {
  const { shape, ciphertexts } = answer;
  const isRanked = shape.ranked > 0;
  return {
    choices: ciphertexts.map((one) => joined(...encoded(one))),
    proofs: isRanked
      ? pairProofs(labels, key, answer)
      : ciphertexts.map((_one, index) => zeroOneProof(labels, key, answer, index)),
    sums: isRanked
      ? [orderProof(labels, [key, secondGenerator(statement.election)], answer)]
      : shape.sums.map(({ indices, low, high }) => {
          const [total, value, randomness] = totalled(answer, indices);
          const claim = sumWithin(labels, key, total, [low, high]);
          return proveClaim(claim, key, { branch: value - low, randomness: [randomness] });
        }),
    blank: shape.blank === null ? new Uint8Array() : blankProof(labels, key, answer),
  };
}

function zeroOneProof(labels: Labels, key: Point, answer: Answer, index: number): Uint8Array {
  const claim = zeroOne([...labels, uint(index)], key, answer.ciphertexts[index] as Ciphertext);
  const randomness = [answer.randomness[index] ?? 0n];
  return proveClaim(claim, key, { branch: answer.values[index] ?? 0, randomness });
}

function pairProofs(labels: Labels, key: Point, answer: Answer): readonly Uint8Array[] {
  const { shape, values, ciphertexts, randomness } = answer;
  const proofs = pairsOf(shape.ranked).map(([left, right], at) => {
    const pair = ciphertexts.slice(2 * at, 2 * at + 2) as [Ciphertext, Ciphertext];
    const claim = pairOf([...labels, uint(left), uint(right)], key, pair);
    const branch = (values[2 * at] ?? 0) + 2 * (values[2 * at + 1] ?? 0);
    return proveClaim(claim, key, { branch, randomness: randomness.slice(2 * at, 2 * at + 2) });
  });
  if (shape.blank === null) return proofs;
  return [...proofs, zeroOneProof(labels, key, answer, shape.count - 1)];
}

function blankProof(labels: Labels, key: Point, answer: Answer): Uint8Array {
  const { indices, low, high } = answer.shape.blank ?? { indices: [], low: 0, high: 0 };
  const [total, value, ofSum] = totalled(answer, indices);
  const pair = [answer.ciphertexts.at(-1) as Ciphertext, total] as const;
  const isBlank = answer.values.at(-1) === 1;
  const ofBlank = answer.randomness.at(-1) ?? 0n;
  const first = nothingBeside(labels, key, pair, [low, high]);
  const truth = { branch: isBlank ? 1 : 0, randomness: [isBlank ? ofSum : ofBlank] };
  const proof = proveClaim(first, key, truth);
  if (answer.shape.ranked > 0) return proof;
  const second = blankOrWithin(first, pair, [low, high]);
  const branch = isBlank ? 0 : 1 + value - low;
  const answered = proveClaim(second, key, { branch, randomness: [isBlank ? ofBlank : ofSum] });
  return joined(proof, answered);
}

/** Return the proof that pairs are a weak order. Labels: ctx_B, contest. */
function orderProof(labels: Labels, keys: readonly [Point, Point], answer: Answer): Uint8Array {
  const options = answer.shape.ranked;
  const rows = rowsOf(options);
  const numbers = rows.map((row) => BigInt(totalOf(row, answer.values)));
  const randomness = rows.map((row) => totalled(answer, row)[2]);
  const choices = answer.ciphertexts.slice(0, options * (options - 1));
  const stated = [...labels, uint(options), ...points(BASE, ...keys), ...choices.flatMap(encoded)];
  for (;;) {
    const [hidden, masks] = [rows.map(randomScalar), rows.map(randomScalar)];
    const [constantBlinding, linearBlinding] = [randomScalar(), randomScalar()];
    const both = numbers.map((number, at) => number + (hidden[at] ?? 0n));
    const constant = quadraticForm(hidden);
    const crossed = quadraticForm(both) - constant - quadraticForm(numbers);
    const linear = crossed - BigInt(options) * hidden.reduce((sum, one) => sum + one, 0n);
    const commitments = masks.flatMap((mask, at) => {
      return points(times(mask, BASE), hide(keys[0], mask, hidden[at] ?? 0n));
    });
    const first = hide(keys[1], constantBlinding, constant);
    const second = hide(keys[1], linearBlinding, linear);
    const part = challenge("quad", [...stated, ...commitments, ...points(first, second)]);
    const values = hidden.map((one, at) => modulo(one + part * (numbers[at] ?? 0n)));
    const opened = masks.map((one, at) => modulo(one + part * (randomness[at] ?? 0n)));
    const scalars = [part, ...values, ...opened, modulo(constantBlinding + part * linearBlinding)];
    if (scalars.every((scalar) => scalar % ORDER !== 0n)) {
      return joined(...scalars.map(scalarBytes), second.toBytes());
    }
  }
}

/** Return 2 o^2 + 2 n^2 - 2 o n, summed over the rows o and the columns n. */
function quadraticForm(values: readonly bigint[]): bigint {
  const half = values.length / 2;
  return values.slice(0, half).reduce((sum, row, at) => {
    const column = values[half + at] ?? 0n;
    return sum + 2n * row * row + 2n * column * column - 2n * row * column;
  }, 0n);
}

function hide(generator: Point, blinding: bigint, number: bigint): Point {
  return times(blinding, generator).add(times(number, BASE));
}

/** Return the sum of ciphertexts, the number that it holds, and its randomness. */
function totalled(answer: Answer, indices: readonly number[]): [Ciphertext, number, bigint] {
  const total = summed(indices.map((index) => answer.ciphertexts[index] as Ciphertext));
  const randomness = indices.reduce((sum, index) => sum + (answer.randomness[index] ?? 0n), 0n);
  return [total, totalOf(indices, answer.values), modulo(randomness)];
}
