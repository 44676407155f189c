/**
 * What a transaction did. The one reader of receipts, strict; its proof is of a block.
 *
 *     receipt = [transaction_id, code, contract, message, [[name, value], ...],
 *                [[contract, event, [field, ...]], ...]]
 *
 * Source: docs/protocol.md#receipts.
 */

import { decode, type Value } from "./codec.ts";
import { DIGEST_BYTES } from "./hash.ts";
import { Refused } from "./refusal.ts";
import { arrayOf, asciiOf, bytesOf, checkAscending } from "./shape.ts";
import { compareText, fieldsOf, textOf } from "./shape.ts";
import { NAME_CHARS_MAX } from "./validators.ts";

const BYTES_MAX = 1024 * 1024;
const DETAILS_MAX = 64;
const OK = "OK";

/** One event that a contract emitted; `fields` in the order of its ABI. */
export interface Event {
  readonly contract: string;
  readonly name: string;
  readonly fields: readonly Value[];
}

/** The result of one transaction; `code` is OK or a stable code of a refusal. */
export interface Receipt {
  readonly transactionId: Uint8Array;
  readonly code: string;
  readonly contract: string;
  readonly message: string;
  readonly details: readonly (readonly [name: string, value: number | bigint | string])[];
  readonly events: readonly Event[];
  /** Whether the transaction took effect. */
  readonly isOk: boolean;
}

/** Return the receipt that `data` encodes. Throws Refused. */
export function readReceipt(data: Uint8Array): Receipt {
  const value = decode(data, { bytesMax: BYTES_MAX, itemsMax: BYTES_MAX });
  const [id, code, contract, message, details, events] = fieldsOf(value, "receipt", 6);
  const receipt = {
    transactionId: bytesOf(id, "transaction_id", DIGEST_BYTES),
    code: asciiOf(code, "code", NAME_CHARS_MAX),
    contract: textOf(contract, "contract"),
    message: textOf(message, "message"),
    details: detailsOf(details),
    events: arrayOf(events, "events", BYTES_MAX).map(eventOf),
    isOk: code === OK,
  };
  if (receipt.isOk && (receipt.message !== "" || receipt.details.length > 0)) {
    throw bad("message and details must be empty when the code is OK");
  }
  if (!receipt.isOk && receipt.events.length > 0) {
    throw bad("events must be empty when the code is not OK");
  }
  return receipt;
}

function detailsOf(value: Value | undefined): Receipt["details"] {
  const details = arrayOf(value, "details", DETAILS_MAX).map((item) => {
    const [name, content] = fieldsOf(item, "details", 2);
    const isNumber = typeof content === "number" || typeof content === "bigint";
    if (!isNumber && typeof content !== "string") {
      throw bad("a detail must be an integer or text");
    }
    return [textOf(name, "details"), content] as const;
  });
  checkAscending(details, "details", ([one], [other]) => compareText(one, other));
  return details;
}

function eventOf(value: Value): Event {
  const [contract, name, fields] = fieldsOf(value, "events", 3);
  return {
    contract: textOf(contract, "events"),
    name: textOf(name, "events"),
    fields: arrayOf(fields, "events", BYTES_MAX),
  };
}

function bad(message: string): Refused {
  return new Refused("BAD_SHAPE", message);
}
