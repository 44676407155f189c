/** Ballots and tokens: a module of its own, since only a booth needs pairings. */

export * from "./ballot.ts";
export { type Contest, rankingValues, satisfies, shapeOf, type Values } from "./questions.ts";
export * from "./tokens.ts";
export * from "./vouching.ts";
export { hashOf, lp, pointOf, secondGenerator, uint } from "./transcript.ts";
