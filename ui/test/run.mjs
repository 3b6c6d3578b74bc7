// Bundles the tests with esbuild (Node 18 reads no TypeScript) and hands them to node's own runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../dist/test");
mkdirSync(out, { recursive: true });
const entries = readdirSync(here).filter(f => f.endsWith(".test.ts"));
await build({ entryPoints: entries.map(f => join(here, f)), outdir: out, outExtension: { ".js": ".mjs" }, bundle: true, platform: "node", format: "esm", logLevel: "warning" });
const run = spawnSync(process.execPath, ["--test", ...entries.map(f => join(out, f.replace(".ts", ".mjs")))], { stdio: "inherit", cwd: join(here, "..") });
process.exit(run.status ?? 1);
