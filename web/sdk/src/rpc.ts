/** Calls of a node over HTTP, typed by its OpenRPC document. Nothing here is proven. */

import type { Methods } from "./rpc.gen.ts";
import type { ErrorJson } from "./schemas.gen.ts";

export type MethodName = keyof Methods;
export type ParamsOf<Name extends MethodName> = Methods[Name]["params"];
export type ResultOf<Name extends MethodName> = Methods[Name]["result"];
/** The documented codes of a method's errors; contracts refuse with codes of their own too. */
export type ErrorOf<Name extends MethodName> = Methods[Name]["errors"];

/** The node refuses the call; `error.data.code` says why, in a form that is stable. */
export class RpcRefused extends Error {
  readonly error: ErrorJson;

  constructor(error: ErrorJson) {
    super(error.message);
    this.error = error;
  }
}

/** The answer is none of JSON-RPC 2.0. */
export class BadAnswer extends Error {}

/**
 * Return the result of one call of the node at `url`, such as `https://node.example`.
 * Throws RpcRefused, BadAnswer, or what `fetch` throws where no node answers.
 */
export async function call<Name extends MethodName>(
  url: string,
  method: Name,
  params: ParamsOf<Name>,
): Promise<ResultOf<Name>> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(`${url}/rpc`, { method: "POST", body });
  const answer: unknown = await response.json();
  if (typeof answer !== "object" || answer === null) throw new BadAnswer(`${method}: no object`);
  if ("error" in answer) throw new RpcRefused(answer.error as ErrorJson);
  if (!("result" in answer)) throw new BadAnswer(`${method}: neither result nor error`);
  return answer.result as ResultOf<Name>;
}
