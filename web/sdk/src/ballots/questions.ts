/**
 * Kinds of questions, each as ciphertexts of 0 or 1 and sums that must be within bounds.
 *
 * single: one an option, sum 1. approval: one an option, sum within bounds. score: one for each
 * option and grade, each row sums to 1. Ranked kinds: two for each pair of options, "i before j"
 * and "j before i", together a weak order. A blank is the last ciphertext.
 * Source: docs/voting.md#questions.
 */

const RANKED: ReadonlySet<string> = new Set(["borda", "schulze", "copeland", "ranked-pairs"]);

/** One question of an election, as its manifest has it. */
export interface Contest {
  readonly title: string;
  readonly kind: string;
  readonly options: readonly string[];
  readonly low: number;
  readonly high: number;
  readonly grades: readonly string[];
  readonly has_blank: boolean;
}

/** The ciphertexts of `indices` add up to a number from `low` to `high`. */
export interface Sum {
  readonly indices: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** What a ballot must prove of a contest; with `ranked`, the number of options, a weak order. */
export interface Shape {
  readonly count: number;
  readonly sums: readonly Sum[];
  readonly blank: Sum | null;
  readonly ranked: number;
}

/** 0 or 1 for each ciphertext of a contest. */
export type Values = readonly number[];

/** Return what a ballot must prove of a contest. */
export function shapeOf(contest: Contest): Shape {
  const options = contest.options.length;
  const isRanked = RANKED.has(contest.kind);
  const columns = contest.kind === "score" ? contest.grades.length : isRanked ? options - 1 : 1;
  const choices = range(0, options * columns);
  const count = choices.length + (contest.has_blank ? 1 : 0);
  const { low, high } = contest;
  if (isRanked) {
    const beside = { indices: choices, low: 0, high: (options * columns) / 2 };
    return { count, sums: [], blank: contest.has_blank ? beside : null, ranked: options };
  }
  if (contest.kind === "approval") {
    const within = { indices: choices, low, high };
    const isFree = low === 0 && high === options;
    const sums = contest.has_blank || isFree ? [] : [within];
    return { count, sums, blank: contest.has_blank ? within : null, ranked: 0 };
  }
  const lines =
    contest.kind === "score"
      ? range(0, options).map((row) => range(row * columns, columns))
      : [choices];
  const blank = contest.has_blank ? [count - 1] : [];
  const sums = lines.map((line) => ({ indices: [...line, ...blank], low: 1, high: 1 }));
  return { count, sums, blank: null, ranked: 0 };
}

/** Whether numbers of 0 and 1, one a ciphertext, are an answer to the contest. */
export function satisfies(shape: Shape, values: Values): boolean {
  const isBinary = values.every((value) => value === 0 || value === 1);
  if (values.length !== shape.count || !isBinary) return false;
  if (shape.ranked > 0 && !isWeakOrder(shape.ranked, values)) return false;
  const isWithin = ({ indices, low, high }: Sum) => {
    const total = totalOf(indices, values);
    return low <= total && total <= high;
  };
  if (!shape.sums.every(isWithin)) return false;
  if (shape.blank === null) return true;
  return values.at(-1) === 1 ? totalOf(shape.blank.indices, values) === 0 : isWithin(shape.blank);
}

/** Return the pairs (i, j) with i < j, in order; pair k has the ciphertexts 2k and 2k + 1. */
export function pairsOf(options: number): readonly (readonly [number, number])[] {
  const numbers = range(0, options);
  return numbers.flatMap((left) =>
    numbers.filter((right) => left < right).map((right) => [left, right] as const),
  );
}

/** Return for each option the places that say "it is before another", then "another before it". */
export function rowsOf(options: number): readonly (readonly number[])[] {
  const pairs = pairsOf(options);
  const side = (which: number) =>
    range(0, options).map((option) =>
      pairs.flatMap((pair, at) =>
        pair.includes(option) ? [2 * at + (pair[0] === option ? which : 1 - which)] : [],
      ),
    );
  return [...side(0), ...side(1)];
}

/** Return the values of a ranking: the place of each option from 1, ties and 0 for last allowed. */
export function rankingValues(places: readonly number[], hasBlank: boolean): Values {
  const placed = places.map((place) => (place === 0 ? Infinity : place));
  const values = pairsOf(places.length).flatMap(([left, right]) => {
    const [one = 0, other = 0] = [placed[left], placed[right]];
    return [one < other ? 1 : 0, one > other ? 1 : 0];
  });
  return hasBlank ? [...values, 0] : values;
}

/** Return the sum of the values at these places. */
export function totalOf(indices: readonly number[], values: Values): number {
  return indices.reduce((sum, index) => sum + (values[index] ?? 0), 0);
}

function isWeakOrder(options: number, values: Values): boolean {
  const before = rowsOf(options).slice(0, options).map((row) => totalOf(row, values));
  return pairsOf(options).every(([left, right], at) => {
    const [one = 0, other = 0] = [before[left], before[right]];
    return values[2 * at] === (one > other ? 1 : 0) && values[2 * at + 1] === (one < other ? 1 : 0);
  });
}

function range(start: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_item, at) => start + at);
}
