/** What stands in a page for what Node gives an example: its arguments, a file, its output. */

interface Given {
  readonly argv: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

const given = JSON.parse(document.getElementById("given")?.textContent ?? "{}") as Given;

export const process = { argv: ["", "", ...given.argv] };

export function readFileSync(path: string): string {
  return given.files[path] ?? "";
}

console.log = (line: unknown) => {
  void fetch("/result", { method: "POST", body: String(line) });
};
globalThis.addEventListener("unhandledrejection", ({ reason }) => {
  void fetch("/fault", { method: "POST", body: String((reason as Error)?.stack ?? reason) });
});
