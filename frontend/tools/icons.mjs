/* One SVG sprite with the icons in use: those named in templates, in Python and in frontend/icons.txt. */
import { existsSync, readFileSync } from "node:fs";

import { readSources, sourceFiles } from "./sources.mjs";

const ICONS = "node_modules/@tabler/icons/icons";
const FULL = ' fill="currentColor" stroke="none"';
const EXTRA = "frontend/icons.txt";
// {% icon "phone" %}, icon="phone", note_icon="phone", icon("phone"), "icon": "phone", icon: "phone"
const USE = /icon["']?\s*(?:=|:|\()?\s*["']([a-z][a-z0-9-]*)["']/g;

export function icons() {
  return {
    name: "kartu-icons",
    buildStart() {
      for (const path of [...sourceFiles(), EXTRA]) this.addWatchFile(path);
    },
    generateBundle() {
      const names = usedIcons();
      const missing = names.filter((name) => !existsSync(fileOf(name)));
      if (missing.length) this.error(`No such icon: ${missing.join(", ")}. See ${ICONS}.`);
      this.emitFile({ type: "asset", name: "icons.svg", source: sprite(names) });
    },
  };
}

// What an app contributes has its icon at no fixed place: every text that is the name of an icon counts.
const CONTRIBUTED = ["kartu/*/contributes.py", "kartu/*/bulk.py"];
const TEXT = /["']([a-z][a-z0-9-]*)["']/g;

export function usedIcons() {
  const find = (sources, pattern) => sources.flatMap(({ text }) => [...text.matchAll(pattern)].map((match) => match[1]));
  const contributed = find(readSources(CONTRIBUTED), TEXT).filter((name) => existsSync(fileOf(name)));
  const named = [...find(readSources(), USE), ...contributed];
  const extra = readFileSync(EXTRA, "utf8").split("\n").map((line) => line.replace(/#.*/, "").trim());
  return [...new Set([...named, ...extra.filter(Boolean)])].sort();
}

/** "star" is drawn in lines, "star-filled" is its full form. */
const isFilled = (name) => name.endsWith("-filled");
const fileOf = (name) => `${ICONS}/${isFilled(name) ? "filled" : "outline"}/${name.replace(/-filled$/, "")}.svg`;

function sprite(names) {
  const symbols = names.map((name) => `<symbol id="${name}" viewBox="0 0 24 24"${isFilled(name) ? FULL : ""}>${drawing(name)}</symbol>`);
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

function drawing(name) {
  const svg = readFileSync(fileOf(name), "utf8");
  return svg
    .replace(/^[\s\S]*?<svg[\s\S]*?>/, "")
    .replace("</svg>", "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "")
    .replace(/\s+/g, " ")
    .replace(/> </g, "><")
    .trim();
}
