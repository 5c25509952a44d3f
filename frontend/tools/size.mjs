/* What a first visit loads, gzipped: the shell without its content. Ends with 1 above the limit. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 200_000;
const FOLDER = "build/frontend/";
const FIRST = ["app.css", "app.js", "theme.js", "icons.svg", "logo.svg", "font-latin.woff2"];

const files = JSON.parse(readFileSync(FOLDER + "manifest.json", "utf8"));
let sum = 0;
for (const name of FIRST) {
  const bytes = readFileSync(FOLDER + files[name]);
  const size = name.endsWith(".woff2") ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  sum += size;
  console.log(`${String(size).padStart(8)}  ${name}`);
}
console.log(`${String(sum).padStart(8)}  in all, limit ${LIMIT}`);
process.exitCode = sum > LIMIT ? 1 : 0;
