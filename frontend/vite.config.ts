import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/*
 * A file of its own costs 300 bytes of headers and compresses worse: what is loaded first comes in few. None of these
 * imports one that imports it, or a module would run before one that it needs.
 */
const PACKAGES = { name: "packages", test: /node_modules|preload-helper/ };
const COMMON = {
  name: "common",
  test: new RegExp(
    [
      "/src/(api|auth|app|components|styles)/(?!player/|CommentEntry|SignIn|Forgot|uploadFile|sendForm)",
      "/src/features/\\w+/lazyParts\\.ts",
      "/src/(format|groups|strings)\\.ts",
      "/src/strings/(all|app|count|job|jobs)\\.ts",
    ].join("|"),
  ),
};
/** Choosing and describing clips, which a new job, an existing one and a new video share. */
const CLIPS = {
  name: "clips",
  test: /\/src\/(features\/(jobs\/(ClipRow|ClipSources|DropZone|newClips|use)|create\/creation|references\/madeFrom)|strings\/(create|newJob|queue)\.ts)/,
};
/** Playing a video, wherever one is played. */
const PLAYER = { name: "player", test: /\/src\/components\/player\/(?!stream\/)/ };

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
    rolldownOptions: {
      output: {
        codeSplitting: { includeDependenciesRecursively: false, groups: [PACKAGES, COMMON, CLIPS, PLAYER] },
      },
    },
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
