/** What is refused, by the stable codes that Python's client uses too. */

/** Why bytes are no value of a format: of several faults the first that is met. */
export type FormatCode =
  | "TOO_LARGE"
  | "TOO_DEEP"
  | "TOO_MANY_ITEMS"
  | "NOT_CANONICAL"
  | "BAD_SHAPE"
  | "BAD_VERSION";

/** Why what a node says is no proof. */
export type ProofCode =
  | "BAD_CERTIFICATE"
  | "BAD_PROOF"
  | "BAD_SET_CHANGE"
  | "FORK_PROVEN"
  | "HEAD_WENT_BACK"
  | "RESTART_CONFLICT"
  | "RESTART_REFUSED"
  | "STALE_ANSWER"
  | "UNKNOWN_RESTART"
  | "UNKNOWN_VALIDATORS"
  | "VOID_BLOCK"
  | "WRONG_CHAIN"
  | "WRONG_GENESIS";

/** Why a call cannot be signed. */
export type ArgumentCode =
  | "ARGUMENT_OUT_OF_BOUNDS"
  | "BAD_TEXT"
  | "WRONG_ARGUMENT_COUNT"
  | "WRONG_ARGUMENT_TYPE";

export type RefusalCode = FormatCode | ProofCode | ArgumentCode;

/** What was given is refused; `code` says why, the message names thing, value and limit. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Return the code with which `act` is refused, nothing if it is not. Throws what else it does. */
export function refusalOf(act: () => unknown): RefusalCode | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  return undefined;
}
