/** Sapha in the browser: what a page needs to read and check the ledger by itself. */

export * from "./codec.ts";
export * from "./hash.ts";
export * from "./keys.ts";
export * from "./rpc.ts";
export type * from "./rpc.gen.ts";
export type * from "./schemas.gen.ts";
