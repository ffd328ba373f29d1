import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LETTERS, makeSubset, TARGET, WEIGHTS } from "./subset";

const read = (pattern: string) => globSync(pattern).map((name) => readFileSync(name, "utf8"));

/** What the package's Latin file has, by its `unicode-range`; signs beyond it come from the system's fonts. */
function isInLatinFile(letter: string): boolean {
  return /[\u0020-\u00ff\u0131\u0152\u0153\u2000-\u206f\u20ac\u2122\u2191\u2193\u2212\u2215]/u.test(letter);
}

describe("the font's basic part", () => {
  it("is what the package and the letters make", async () => {
    expect((await makeSubset()).equals(readFileSync(TARGET))).toBe(true);
  });

  it("has every letter of the studio's own texts", () => {
    const used = new Set(read("src/**/*.{ts,tsx}").join(""));
    const missing = [...used].filter((letter) => isInLatinFile(letter) && !LETTERS.includes(letter));
    expect(missing).toEqual([]);
  });

  it("is announced to browsers with exactly these letters", () => {
    const range = /unicode-range:([^;]+);/.exec(readFileSync("src/styles/fonts.css", "utf8"))?.[1] ?? "";
    const announced = range.split(",").flatMap((part) => {
      const [first = 0, last = first] = part
        .trim()
        .slice(2)
        .split("-")
        .map((code) => Number.parseInt(code, 16));
      return Array.from({ length: last - first + 1 }, (_, place) => String.fromCodePoint(first + place));
    });
    expect(new Set(announced)).toEqual(new Set(LETTERS));
  });

  it("has every weight of the style sheets", () => {
    const weights = read("src/**/*.css").flatMap((sheet) =>
      [...sheet.matchAll(/font-weight: (\d+);/g)].map(([, weight]) => Number(weight)),
    );
    expect(weights.length).toBeGreaterThan(10);
    expect(Math.min(...weights)).toBeGreaterThanOrEqual(WEIGHTS.min);
    expect(Math.max(...weights)).toBeLessThanOrEqual(WEIGHTS.max);
  });
});
