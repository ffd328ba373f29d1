/**
 * Writes the part of the font that every page needs: `npm run fonts`.
 *
 * The package's Latin file has 217 letters in weights from 100 to 900; the studio's own texts need printable
 * ASCII and some marks, in the weights of its style sheets. Everything else stays in the package's files,
 * which browsers fetch when a page shows such a letter.
 */
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import subsetFont from "subset-font";

const SOURCE = "@fontsource-variable/hanken-grotesk/files/hanken-grotesk-latin-wght-normal.woff2";
export const TARGET = new URL("../src/styles/hanken-grotesk-basic.woff2", import.meta.url);
/** Lightest and heaviest; `src/styles/fonts.css` says the same. */
export const WEIGHTS = { min: 400, max: 650 };

/** Letters, digits and signs of ASCII, then: no-break space, ·, ×, –, —, ‘ ’, “ ”, •, …, − and the arrows ↑ ↓. */
export const LETTERS =
  String.fromCodePoint(...Array.from({ length: 0x7f - 0x20 }, (_, place) => 0x20 + place)) +
  "\u00a0·×–—‘’“”•…−↑↓";

export async function makeSubset(): Promise<Buffer> {
  const font = await readFile(createRequire(import.meta.url).resolve(SOURCE));
  return subsetFont(font, LETTERS, { targetFormat: "woff2", variationAxes: { wght: WEIGHTS } });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  await writeFile(TARGET, await makeSubset());
