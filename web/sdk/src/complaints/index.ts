/** Complaints: receipts of twelve words, sealed contents, and where they are put. */

export { type BlobQuestion, Blobs, requestBytes } from "./blobs.ts";
export * from "./content.ts";
export { ComplaintReceipt } from "./receipt_key.ts";
export * from "./wraps.ts";
export * from "./writing.ts";
export { BadWords } from "../words/words.ts";
