// Builds dist/report.js (one IIFE, minified, safe inside a <script> element) and dist/report.css.
import { build } from "esbuild";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
mkdirSync(dist, { recursive: true });

/** NiiVue carries readers the page never uses; zarr alone brings 1.3 MB of codecs. */
const withoutZarr = {
  name: "without-zarr",
  setup(b) {
    b.onResolve({ filter: /^zarrita$/ }, () => ({ path: "zarrita", namespace: "left-out" }));
    b.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({
      contents: `const no = () => { throw new Error("zarr is not part of this page"); };
        export const open = no, root = no, get = no, slice = no; export class FetchStore {} export const registry = new Map();`,
    }));
  },
};

await build({
  entryPoints: [join(here, "src/main.ts")],
  outfile: join(dist, "report.js"),
  bundle: true, minify: true, format: "iife", target: ["es2022"], charset: "ascii", legalComments: "none",
  plugins: [withoutZarr], logLevel: "warning", logOverride: { "import-is-undefined": "silent" },
});
await build({ entryPoints: [join(here, "src/report.css")], outfile: join(dist, "report.css"), bundle: true, minify: true, logLevel: "warning" });

// Inside <script> the bundle may hold neither "</script" nor "<!--": in minified code both occur only inside string literals.
const file = join(dist, "report.js");
const code = readFileSync(file, "utf8").replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "\\x3c!--");
writeFileSync(file, code);
for (const name of ["report.js", "report.css"]) console.log(`${name}  ${(statSync(join(dist, name)).size / 1024).toFixed(0)} KB`);
