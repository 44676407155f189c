/** The Thai list of words, written from Python's, which is normative. */

const WIDTH = 90;

/** Return the module of the words in the source of `client/thai_words.py`. */
export function thaiOf(source: string): string {
  const text = /_TEXT = """\n([^"]*)"""/.exec(source)?.[1];
  const words = text?.split(/\s+/).filter(Boolean) ?? [];
  if (words.length !== 2048) throw new Error(`${words.length} words, there must be 2,048`);
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line.length + word.length > WIDTH) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [
    "/** Made from client/thai_words.py by `npm run generate`; do not edit. */",
    "",
    "const TEXT = `",
    ...lines,
    line,
    "`;",
    "",
    "/** 2,048 words sorted by code points: the place is the number. */",
    "export const THAI: readonly string[] = TEXT.trim().split(/\\s+/);",
    "",
  ].join("\n");
}
