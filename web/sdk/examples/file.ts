/** File a complaint without a name: node file.ts GENESIS HASH NODES AGENCY CATEGORY AREA TEXT */

import { complaints } from "../src/abi/complaints.calls.gen.ts";
import { complaintsQueries } from "../src/abi/complaints.queries.gen.ts";
import { complaintsState } from "../src/abi/complaints.state.gen.ts";
import { Blobs, ComplaintReceipt, fieldCommit, formOf } from "../src/complaints/index.ts";
import { randomBytes, sealContent, writeContent } from "../src/complaints/index.ts";
import { callOf, hex } from "../src/index.ts";
import { connected } from "./network.ts";

const { sapha, rest } = connected();
const [agency = "", category = "", area = "", text = ""] = rest;
const template = "city-service";
const receipt = new ComplaintReceipt();
const caseId = randomBytes(16);

// Proven, or a lying node would have its own key read what only the agency may.
const handler = (await sapha.prove("complaints", complaintsState.handlers, agency)).value;
if (handler === null) throw new Error(`${agency} takes no complaints`);
const current = await sapha.ask(complaintsQueries, "template_in_force", { code: template });
const version = current.claim?.version ?? 0; // the contract refuses another than the one in force

const form = formOf(receipt.readingKey.public, { description: text });
const sealed = sealContent(writeContent(form), caseId);
const blobs = new Blobs(sapha.url, sapha.light.genesis.chainId, receipt.signer);
await blobs.upload(sealed, [receipt.readingKey.public, handler.encryption_key]);

const { digest, size, commitment } = sealed;
const contents = [{ kind: "participant", digest, size, commitment }];
const fields = form.fields.map(fieldCommit);
const what = { case_id: caseId, template, version, category, agency, area, commitment };
const message = { ...what, fields, contents, owner_pk: receipt.signer.publicKey };
const sending = await sapha.send(callOf(complaints, "file", message), receipt.signer);
const outcome = await sending.wait();

const code = outcome.kind === "committed" ? outcome.receipt.value.code : outcome.kind;
const words = { th: await receipt.words("th"), en: await receipt.words("en") };
console.log(JSON.stringify({ code, case: hex(caseId), words, id: hex(sending.id) }));
