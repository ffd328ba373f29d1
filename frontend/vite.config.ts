import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    // The policy allows no `data:` scripts or styles, and every asset is cached under its own name.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What is shipped to browsers carries its licences along.
    license: { fileName: "licenses.md" },
    // Says which files a page needs.
    manifest: true,
    reportCompressedSize: true,
  },
});

/** Write each text in compressed forms as well, which the local server sends; CloudFront makes its own. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    async writeBundle({ dir = "" }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /\.(css|html|js|md)$/.test(file))) {
        const text = await readFile(join(dir, name));
        await writeFile(join(dir, `${name}.br`), brotliCompressSync(text));
        await writeFile(join(dir, `${name}.gz`), gzipSync(text, { level: 9 }));
      }
    },
  };
}
