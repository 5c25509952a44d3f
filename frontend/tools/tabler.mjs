/* Tabler cut down to the rules whose classes occur in templates, components and behaviours. */
import { readFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

import { readSources, sourceFiles } from "./sources.mjs";

const ID = "virtual:tabler.css";
const SHEET = "node_modules/@tabler/core/dist/css/tabler.min.css";
const USERS = [
  "kartu/**/templates/**/*.html",
  "kartu/core/components/*.py",
  "kartu/**/widgets.py",
  "frontend/**/*.js",
];

export function tabler() {
  return {
    name: "kartu-tabler",
    resolveId: (id) => (id === ID ? "\0" + ID : null),
    async load(id) {
      if (id !== "\0" + ID) return null;
      for (const path of sourceFiles(USERS)) this.addWatchFile(path);
      return cut();
    },
  };
}

async function cut() {
  const [result] = await new PurgeCSS().purge({
    content: readSources(USERS).map(({ text }) => ({ raw: text, extension: "html" })),
    css: [{ raw: readFileSync(SHEET, "utf8").replace(/\/\*#.*?\*\//s, "") }],
    safelist: { standard: ["html", "body", ":root"], greedy: [/data-bs-theme/] },
    keyframes: true,
    fontFace: true,
    variables: true,
  });
  return result.css;
}
