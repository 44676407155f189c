/**
 * What every page of a network loads: the light client, proofs and claims, calls and their sending.
 *
 * Keys of other kinds, words, contents, QR and ballots are modules of their own, which pages add.
 */

export { readAddress, showAddress } from "./address.ts";
export { callOf } from "./contract.ts";
export { readGenesis } from "./genesis.ts";
export { hex, unhex } from "./hex.ts";
export { LightClient } from "./light.ts";
export { Claimed, type Proven } from "./proven.ts";
export { Refused } from "./refusal.ts";
export { RpcRefused } from "./rpc.ts";
export { Sapha } from "./sapha.ts";
export { newBrowserKey, pairSigner } from "./signer.ts";
