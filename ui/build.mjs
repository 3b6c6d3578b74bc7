// Builds dist/report.js (one IIFE, minified, safe inside a <script> element) and dist/report.css.
import { build } from "esbuild";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
mkdirSync(dist, { recursive: true });

/** Licence texts of every package that left bytes in the bundle, alike ones once, as one comment. */
function notices({ outputs }) {
  const bundled = Object.entries(Object.values(outputs)[0].inputs).filter(([, v]) => v.bytesInOutput > 0);
  const names = [...new Set(bundled.map(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean))].sort();
  const byText = new Map();
  for (const name of names) {
    const folder = join(here, "node_modules", name), own = join(here, "notices", `${name.split("/").pop()}.txt`);
    const licence = readdirSync(folder).find(f => /^licen[cs]e/i.test(f));
    if (!licence && !existsSync(own)) throw new Error(`${name} is bundled but brings no licence text; add notices/${name.split("/").pop()}.txt.`);
    const text = readFileSync(licence ? join(folder, licence) : own, "utf8").replace(/\r/g, "").trim();
    byText.set(text, [...(byText.get(text) ?? []), name]);
  }
  const all = [...byText].map(([text, of]) => `${of.join(", ")}\n\n${text}`).join("\n\n----\n\n");
  return `/*! Bundled with this page:\n\n${all.replace(/\*\//g, "* /").replace(/<(?=\/script|!--)/gi, "< ")}\n*/\n`;
}

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

const { metafile } = await build({
  entryPoints: [join(here, "src/main.ts")],
  outfile: join(dist, "report.js"),
  bundle: true, minify: true, format: "iife", target: ["es2022"], charset: "ascii", legalComments: "none", metafile: true, absWorkingDir: here,
  plugins: [withoutZarr], logLevel: "warning", logOverride: { "import-is-undefined": "silent" },
});
await build({ entryPoints: [join(here, "src/report.css")], outfile: join(dist, "report.css"), bundle: true, minify: true, logLevel: "warning" });

// Inside <script> the bundle may hold neither "</script" nor "<!--": in minified code both occur only inside string literals.
const file = join(dist, "report.js");
const code = readFileSync(file, "utf8").replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "\\x3c!--");
writeFileSync(file, notices(metafile) + code);
for (const name of ["report.js", "report.css"]) console.log(`${name}  ${(statSync(join(dist, name)).size / 1024).toFixed(0)} KB`);
