/**
 * Runs an example in a browser, under a strict content policy, and prints what it prints:
 * node run.ts EXAMPLE NODE GENESIS HASH ARGUMENT...
 *
 * The page's own server passes calls on to the node, as a portal's gateway does. The browser is
 * SAPHA_BROWSER, else one of the machine, else the one that the lock of web/ brings.
 */

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

const [example = "", node = "", genesis = "", genesisHash = "", ...rest] = process.argv.slice(2);
const WEB = new URL("../../../", import.meta.url).pathname;
const BUILD = new URL("../build/browser/", `file://${WEB}`).pathname;
const LIMIT_MS = 90_000;
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

mkdirSync(BUILD, { recursive: true });
const folder = mkdtempSync(`${BUILD}page-`);
const esbuild = `${WEB}node_modules/.bin/esbuild`;
const flags = ["--bundle", "--splitting", "--format=esm", "--target=es2022", "--log-level=warning"];
const shim = "./sdk/tests/browser/page.ts";
const given = [`--alias:node:fs=${shim}`, `--inject:${shim}`, `--outdir=${folder}`];
execFileSync(esbuild, [`sdk/examples/${example}.ts`, ...flags, ...given], { cwd: WEB });

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: string[] = [];
  for await (const part of request) parts.push(String(part));
  return parts.join("");
}

const server = createServer((request, response) => {
  void answer(request.url ?? "/", request).then(([status, type, body]) => {
    response.writeHead(status, { "content-type": type, "content-security-policy": POLICY });
    response.end(body);
  });
});

async function answer(path: string, request: IncomingMessage): Promise<[number, string, string]> {
  if (path === "/rpc") {
    const passed = await fetch(`${node}/rpc`, { method: "POST", body: await bodyOf(request) });
    return [passed.status, "application/json", await passed.text()];
  }
  if (path === "/result" || path === "/fault") {
    end(path === "/result" ? 0 : 1, await bodyOf(request));
    return [200, "text/plain", ""];
  }
  const file = `${folder}${path}`;
  if (/^\/[\w.-]+\.js$/.test(path) && existsSync(file)) {
    return [200, "text/javascript", readFileSync(file, "utf8")];
  }
  return path === "/" ? [200, "text/html", page()] : [404, "text/plain", ""];
}

function page(): string {
  const { port } = server.address() as AddressInfo;
  const argv = [genesis, genesisHash, `http://localhost:${port}`, ...rest];
  const given = JSON.stringify({ argv, files: { [genesis]: readFileSync(genesis, "utf8") } });
  const data = given.replaceAll("<", "\\u003c");
  return `<!doctype html><meta charset="utf-8"><body>
<script type="application/json" id="given">${data}</script>
<script type="module" src="/${example}.js"></script>`;
}

/** Return the path of a browser, and where it finds libraries of its own. */
async function browser(): Promise<[string, Record<string, string>]> {
  const own = process.env["SAPHA_BROWSER"];
  const installed = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
  if (own !== undefined || installed !== undefined) return [own ?? installed ?? "", {}];
  process.env["AWS_LAMBDA_JS_RUNTIME"] = "nodejs24.x"; // else its libraries stay packed
  process.env["TMPDIR"] = BUILD;
  const { default: packed } = await import("@sparticuz/chromium");
  const path = await packed.executablePath();
  const fonts = { FONTCONFIG_PATH: `${BUILD}fonts` };
  return [path, { LD_LIBRARY_PATH: `${BUILD}al2023/lib`, ...fonts }];
}

let end: (code: number, text: string) => void = () => {};
const ended = new Promise<[number, string]>((resolve) => {
  end = (code, text) => resolve([code, text]);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const [path, environment] = await browser();
const { port } = server.address() as AddressInfo;
const child = spawn(
  path,
  [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    `--user-data-dir=${folder}/profile`,
    "--remote-debugging-port=0",
    `http://localhost:${port}/`,
  ],
  { env: { ...process.env, ...environment }, stdio: ["ignore", "ignore", "pipe"] },
);
let errors = "";
child.stderr.on("data", (part) => (errors += String(part)));
child.on("exit", (code) => end(1, `the browser ended (${code}): ${errors.slice(-2_000)}`));
setTimeout(() => end(1, `no answer in ${LIMIT_MS} ms: ${errors.slice(-2_000)}`), LIMIT_MS).unref();

const [code, text] = await ended;
child.kill("SIGKILL");
server.close();
server.closeAllConnections();
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
process[code === 0 ? "stdout" : "stderr"].write(`${text}\n`);
process.exitCode = code;
