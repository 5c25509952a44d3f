/* The files whose words decide which styles and icons are needed. */
import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";

const PATTERNS = ["kartu/**/templates/**/*.html", "kartu/**/*.py", "frontend/**/*.js"];

export function sourceFiles(patterns = PATTERNS) {
  return globSync(patterns, { ignore: ["**/tests/**", "**/migrations/**"] }).sort();
}

export function readSources(patterns) {
  return sourceFiles(patterns).map((path) => ({ path, text: readFileSync(path, "utf8") }));
}
