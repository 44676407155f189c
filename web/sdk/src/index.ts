/** Sapha in the browser: what a page needs to read and check the ledger by itself. */

export * from "./codec.ts";
export * from "./hash.ts";
