/* manifest.json: a plain name -> hashed file, and the files outside the bundle (the mark, the pictures of the app, the first font). */
import { readFileSync } from "node:fs";

const PICTURES = ["icon-192.png", "icon-512.png", "icon-whole.png", "icon-apple.png"];
const EXTRA = { "logo.svg": "frontend/logo.svg", ...Object.fromEntries(PICTURES.map((name) => [name, `frontend/pictures/${name}`])) };
const NAMED = { "style.css": "app.css", "inter-latin-wght-normal.woff2": "font-latin.woff2" };

export function manifest() {
  return {
    name: "kartu-manifest",
    buildStart() {
      for (const [name, path] of Object.entries(EXTRA)) {
        this.emitFile({ type: "asset", name, source: readFileSync(path) });
      }
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const files = {};
        for (const file of Object.values(bundle)) {
          const name = file.type === "chunk" ? (file.isEntry ? `${file.name}.js` : null) : file.names[0];
          if (name) files[NAMED[name] ?? name] = file.fileName;
        }
        const sorted = Object.fromEntries(Object.entries(files).sort());
        this.emitFile({ type: "asset", fileName: "manifest.json", source: JSON.stringify(sorted, null, 1) + "\n" });
      },
    },
  };
}
