/**
 * Sapha in the browser: what a page needs to read, check and sign, without trusting a node.
 *
 * Tables of contracts (`abi/`) and the words of what is signed (`what_you_sign.ts`) are modules of
 * their own. A page that bundles gets what it uses; `core.ts` is what every page uses.
 */

export * from "./address.ts";
export * from "./codec.ts";
export * from "./complaints/index.ts";
export { callOf, type Call, type Query, type StateMap } from "./contract.ts";
export type { RecordOf, TypeOf } from "./fields.ts";
export * from "./genesis.ts";
export * from "./hash.ts";
export type { Header } from "./header.ts";
export * from "./hex.ts";
export * from "./keys.ts";
export * from "./light.ts";
export { NoNode, Nodes } from "./nodes.ts";
export * from "./probes.ts";
export { type Certified, Claimed, type Proven } from "./proven.ts";
export * from "./qr/payment.ts";
export { BadQr, type QrCode } from "./qr/tlv.ts";
export { type Event, type Receipt, readReceipt } from "./receipt.ts";
export * from "./refusal.ts";
export * from "./rpc.ts";
export type * from "./rpc.gen.ts";
export * from "./sapha.ts";
export type * from "./schemas.gen.ts";
export * from "./signer.ts";
export { Ended, type KeyPart, stateKey } from "./state_key.ts";
export type { Subscription, Wanted } from "./subscription.ts";
export * from "./transaction.ts";
export type { Validator, ValidatorSet } from "./validators.ts";
export { type Language, secretOf, wordsOf } from "./words/words.ts";
