/**
 * What a content holds: the form of a complaint, a note, or a file. Only participants see it.
 *
 *     content = ["sapha/complaint/1", "form", reading key, [[field, salt, text], ...]]
 *             | ["sapha/complaint/1", "note", text]
 *             | ["sapha/complaint/1", "file", name, media type, bytes]
 */

import { utf8 } from "../bytes.ts";
import { decode, encode, type Value } from "../codec.ts";
import { arrayOf, asciiOf, blobOf, bytesOf, fieldsOf, textOf } from "../shape.ts";
import {
  BadContent,
  commitmentOf,
  CONTENT_BYTES_MAX,
  type Random,
  randomBytes,
  SALT_BYTES,
} from "./content.ts";

const FORMAT = "sapha/complaint/1";
const FIELDS_MAX = 24;
const CODE_CHARS_MAX = 64;
const NAME_CHARS_MAX = 255;
const KEY_BYTES = 32;

/** A field of a form, with the salt of its commitment. */
export interface FormField {
  readonly code: string;
  readonly salt: Uint8Array;
  readonly text: string;
}

/** That a field of a form was filled in, as the ledger has it. */
export interface FieldCommit {
  readonly code: string;
  readonly commitment: Uint8Array;
}

export type Writing =
  | {
      readonly kind: "form";
      readonly readingKey: Uint8Array;
      readonly fields: readonly FormField[];
    }
  | { readonly kind: "note"; readonly text: string }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly mediaType: string;
      readonly data: Uint8Array;
    };

/** Return a form with fresh salts; `texts` by the codes of the template's fields. */
export function formOf(
  readingKey: Uint8Array,
  texts: Readonly<Record<string, string>>,
  random: Random = randomBytes,
): Writing & { kind: "form" } {
  const fields = Object.entries(texts).map(([code, text]) => {
    return { code, text, salt: random(SALT_BYTES) };
  });
  return { kind: "form", readingKey, fields };
}

/** Return what the ledger holds of a field. */
export function fieldCommit({ code, salt, text }: FormField): FieldCommit {
  return { code, commitment: commitmentOf(salt, utf8(text)) };
}

/** Return the bytes that are sealed. */
export function writeContent(writing: Writing): Uint8Array {
  return encode([FORMAT, writing.kind, ...bodyOf(writing)]);
}

function bodyOf(writing: Writing): readonly Value[] {
  if (writing.kind === "note") return [writing.text];
  if (writing.kind === "file") return [writing.name, writing.mediaType, writing.data];
  return [writing.readingKey, writing.fields.map((one) => [one.code, one.salt, one.text])];
}

/** Return what an opened content holds. Throws BadContent, or Refused for another shape. */
export function readContent(content: Uint8Array): Writing {
  const limits = { bytesMax: CONTENT_BYTES_MAX, itemsMax: 8 + 4 * FIELDS_MAX };
  const value = decode(content, limits);
  if (!Array.isArray(value) || value[0] !== FORMAT) throw new BadContent("not of this format");
  const [, kind, ...rest] = value as readonly Value[];
  if (kind === "note") return { kind, text: textOf(fieldsOf(rest, "note", 1)[0], "text") };
  if (kind === "file") {
    const [name, mediaType, data] = fieldsOf(rest, "file", 3);
    return {
      kind,
      name: textOf(name, "name").slice(0, NAME_CHARS_MAX),
      mediaType: asciiOf(mediaType, "media_type", NAME_CHARS_MAX),
      data: blobOf(data, "data", CONTENT_BYTES_MAX),
    };
  }
  if (kind !== "form") throw new BadContent("a writing of an unknown kind");
  const [key, fields] = fieldsOf(rest, "form", 2);
  const readingKey = bytesOf(key, "reading_key", KEY_BYTES);
  return { kind, readingKey, fields: arrayOf(fields, "fields", FIELDS_MAX).map(fieldOf) };
}

function fieldOf(value: Value): FormField {
  const [code, salt, text] = fieldsOf(value, "field", 3);
  return {
    code: asciiOf(code, "code", CODE_CHARS_MAX),
    salt: bytesOf(salt, "salt", SALT_BYTES),
    text: textOf(text, "text"),
  };
}
