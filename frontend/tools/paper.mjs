/* The fonts of printed papers, as whole TTF files: the PDF maker reads no woff2. */
import { readFileSync } from "node:fs";

const FROM = "node_modules/@expo-google-fonts/noto-sans";
const FONTS = { "400Regular": "NotoSans_400Regular.ttf", "600SemiBold": "NotoSans_600SemiBold.ttf" };

export function paper() {
  return {
    name: "kartu-paper",
    generateBundle() {
      for (const [folder, file] of Object.entries(FONTS)) {
        const source = readFileSync(`${FROM}/${folder}/${file}`);
        this.emitFile({ type: "asset", fileName: `paper/${file}`, source });
      }
    },
  };
}
