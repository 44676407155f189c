/** Made from tests/vectors/abi/governance.json by `npm run generate`; do not edit. */

import { query } from "../contract.ts";
import { address, big, bool, bytes, int, list, optional, record, text } from "../fields.ts";

const r1 = record({ agency_id: text(1, 32), name_th: text(1, 120), name_en: text(1, 120),
  kinds: list(text(1, 32), 14, 1), administrator: address, status: text(1, 32) });
const r2 = record({ name: text(1, 64), agency_id: text(1, 64), public_key: bytes(33),
  certificate: bytes(1, 4096), host: text(1, 253), port: int(1, 65535), is_validator: bool,
  since: int(0, 9007199254740992), second_certificate: optional(bytes(1, 4096)) });
const r3 = record({ officer: address, roles: list(text(1, 32), 16, 1), status: text(1, 32) });
const r4 = record({ agency_id: text(1, 32), name_th: text(1, 120), name_en: text(1, 120),
  kinds: list(text(1, 32), 14, 1), administrator: address });
const r5 = record({ agency_id: text(1, 32), status: text(1, 32) });
const r6 = record({ agency_id: text(1, 32), kinds: list(text(1, 32), 14, 1) });
const r7 = record({ name: text(1, 32), value: big(-9223372036854775808n, 9223372036854775807n) });
const r8 = record({ agency_id: text(1, 32), administrator: address });
const r9 = record({ node: text(1, 64), is_validator: bool });
const r10 = record({ name: text(1, 64), agency_id: text(1, 64), public_key: bytes(33),
  certificate: bytes(1, 4096), host: text(1, 253), port: int(1, 65535), is_validator: bool,
  signature: bytes(64) });
const r11 = record({ node: text(1, 64) });
const r12 = record({ node: text(1, 64), public_key: bytes(33), height: int(0, 9007199254740992),
  proof: bytes(64) });
const r13 = record({ contract: text(1, 64), version: int(1, 4294967295), code_hash: bytes(32),
  release: text(1, 32), activate_at_ms: int(1, 9007199254740992), void_at_ms: int(1,
  9007199254740992) });
const r14 = record({ admission: optional(r4), status: optional(r5), kinds: optional(r6),
  parameter: optional(r7), administrator: optional(r8), seat: optional(r9), node: optional(r10),
  retirement: optional(r11), stolen: optional(r12), upgrade: optional(r13) });

/** What can be asked of the contract governance; an answer is a claim. */
export const governanceQueries = {
  contract: "governance",
  queries: {
    administers_kind: query({ address: address, kind: text(1, 32) }, bool),
    agencies_page: query({ after: text(0, 32), limit: int(1, 100) }, list(r1, 100)),
    agency: query({ agency_id: text(1, 32) }, r1),
    agency_of: query({ address: address }, text(0, 32)),
    has_kind: query({ agency_id: text(1, 32), kind: text(1, 32) }, bool),
    has_role: query({ address: address, agency_id: text(1, 32), role: text(1, 32) }, bool),
    is_administrator: query({ address: address, agency_id: text(1, 32) }, bool),
    member_agencies: query({}, list(text(1, 32), 100)),
    members_count: query({}, big(-9223372036854775808n, 9223372036854775807n)),
    network_version: query({}, int(0, 9007199254740992)),
    node: query({ name: text(1, 64) }, optional(r2)),
    nodes_page: query({ after: text(0, 64), limit: int(1, 20) }, list(r2, 20)),
    officer: query({ agency_id: text(1, 32), address: address }, r3),
    officers_page: query({ agency_id: text(1, 32), after: optional(address), limit: int(1, 100) },
      list(r3, 100)),
    parameter: query({ name: text(1, 32) }, big(-9223372036854775808n, 9223372036854775807n)),
    proposal: query({ number: int(1, 9007199254740992) }, record({ number: int(1, 9007199254740992),
      agency_id: text(1, 32), change: r14, execute_at_ms: int(1, 9007199254740992),
      expires_at_ms: int(1, 9007199254740992), status: text(1, 32), yes: big(-9223372036854775808n,
      9223372036854775807n), no: big(-9223372036854775808n, 9223372036854775807n),
      members: big(-9223372036854775808n, 9223372036854775807n) })),
    proposals_page: query({ after: int(0, 9007199254740992), limit: int(1, 100) },
      list(record({ number: int(1, 9007199254740992), agency_id: text(1, 32), change: r14,
      execute_at_ms: int(1, 9007199254740992), expires_at_ms: int(1, 9007199254740992),
      status: text(1, 32) }), 100)),
    running_contracts: query({}, list(record({ contract: text(1, 64), version: int(1, 4294967295),
      code_hash: bytes(32), since: int(0, 9007199254740992), before: int(0, 4294967295),
      release: text(0, 32) }), 64)),
    seat_changes: query({}, list(record({ node: text(1, 64), is_validator: bool, decided: int(0,
      9007199254740992), lapses_ms: int(1, 9007199254740992), ready: optional(int(0,
      9007199254740992)), is_retired: bool, new_key: optional(bytes(33)), is_stolen: bool }), 300)),
    upgrades_awaited: query({}, list(record({ contract: text(1, 64),
      upgrade: record({ version: int(1, 4294967295), code_hash: bytes(32), release: text(1, 32),
      activate_at_ms: int(1, 9007199254740992), void_at_ms: int(1, 9007199254740992),
      accepted: int(0, 9007199254740992) }), carried_by: list(text(1, 64), 200),
      lacking: list(text(1, 64), 200) }), 64)),
    versions_page: query({ after: int(0, 9007199254740992), limit: int(1, 100) },
      list(record({ number: int(1, 9007199254740992), version: record({ first_height: int(0,
      9007199254740992), node: text(1, 64), change: text(1, 32) }) }), 100)),
    votes_on: query({ number: int(1, 9007199254740992), after: text(0, 32), limit: int(1, 100) },
      list(record({ agency_id: text(1, 32), is_yes: bool }), 100)),
    voting_account: query({ agency_id: text(1, 32) }, optional(address)),
  },
} as const;
