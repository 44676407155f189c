/** Made from tests/vectors/abi/complaints.json by `npm run generate`; do not edit. */

import { bool, bytes, int, record, text } from "../fields.ts";

/** What the contract complaints tells in receipts. */
export const complaintsEvents = {
  Accepted: record({ case_id: bytes(16), holder: text(1, 32) }),
  Appealed: record({ case_id: bytes(16), holder: text(1, 32) }),
  Asked: record({ case_id: bytes(16), holder: text(1, 32), allowance_ms: int(0,
    9007199254740992) }),
  Closed: record({ case_id: bytes(16), holder: text(1, 32), stars: int(0, 5), how: text(1, 32) }),
  ContentAdded: record({ case_id: bytes(16), digest: bytes(32), kind: text(1, 32), author: text(0,
    32) }),
  CustodyChanged: record({ case_id: bytes(16), before: text(1, 32), holder: text(1, 32),
    number: int(1, 9007199254740992), reason: text(1, 32) }),
  Decided: record({ case_id: bytes(16), supervisor: text(1, 32), decision: text(1, 32) }),
  Erased: record({ case_id: bytes(16), agency: text(1, 32), legal_basis: text(1, 32) }),
  ErasureRecorded: record({ case_id: bytes(16), digest: bytes(32), host: text(1, 64) }),
  ErasureWanted: record({ case_id: bytes(16) }),
  Escalated: record({ case_id: bytes(16), agency: text(1, 32), clock: text(1, 32), due_ms: int(0,
    9007199254740992) }),
  Filed: record({ case_id: bytes(16), template: text(1, 32), category: text(1, 32), area: text(1,
    32), agency: text(1, 32), filer: text(1, 32) }),
  HandlerSet: record({ agency: text(1, 32) }),
  HoldSet: record({ case_id: bytes(16), agency: text(1, 32), is_placed: bool }),
  JointSet: record({ case_id: bytes(16), agency: text(1, 32), status: text(1, 32) }),
  Merged: record({ case_id: bytes(16), into: bytes(16), holder: text(1, 32) }),
  OfferEnded: record({ case_id: bytes(16), holder: text(1, 32), to: text(1, 32),
    offer_number: int(1, 9007199254740992), how: text(1, 32), reason: text(0, 32) }),
  Offered: record({ case_id: bytes(16), holder: text(1, 32), to: text(1, 32), offer_number: int(1,
    9007199254740992), due_ms: int(0, 9007199254740992) }),
  Reopened: record({ case_id: bytes(16), holder: text(1, 32), reopens: int(0, 9007199254740992) }),
  Resolved: record({ case_id: bytes(16), holder: text(1, 32), outcome: text(1, 32) }),
  Resumed: record({ case_id: bytes(16), stood_ms: int(0, 9007199254740992) }),
  SplitOff: record({ case_id: bytes(16), parent: bytes(16), holder: text(1, 32) }),
  StageSet: record({ case_id: bytes(16), holder: text(1, 32), stage: text(1, 32) }),
  TemplateSet: record({ template: text(1, 32), version: int(1, 9007199254740992) }),
  Withdrawn: record({ case_id: bytes(16), holder: text(1, 32) }),
} as const;
