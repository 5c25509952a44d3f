/* Builds the front end into build/frontend/: hashed files and a manifest.json that Django reads.
   The same sources give the same bytes; `npm run watch` rebuilds while you work. */
import { defineConfig } from "vite";

import { icons } from "./frontend/tools/icons.mjs";
import { manifest } from "./frontend/tools/manifest.mjs";
import { paper } from "./frontend/tools/paper.mjs";
import { tabler } from "./frontend/tools/tabler.mjs";

export default defineConfig({
  root: "frontend",
  base: "./",
  publicDir: false,
  logLevel: "warn",
  plugins: [tabler(), icons(), paper(), manifest()],
  build: {
    outDir: "../build/frontend",
    emptyOutDir: true,
    target: ["chrome109", "firefox128", "safari17.5"],
    cssTarget: ["chrome109", "firefox128", "safari17.5"],
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { app: "frontend/app.js", theme: "frontend/theme.js", "service-worker": "frontend/service-worker.js" },
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
});
