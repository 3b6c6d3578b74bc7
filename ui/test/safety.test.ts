import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";

const root = process.cwd(), chromium = "/usr/bin/chromium", hostile = join(root, "dist/fixture-hostile.html"), bundle = join(root, "dist/report.js");

test("No source of ours parses text as HTML", () => {
  for (const file of readdirSync(join(root, "src")).filter(f => f.endsWith(".ts")))
    assert.doesNotMatch(readFileSync(join(root, "src", file), "utf8"), /\.(innerHTML|outerHTML)|insertAdjacentHTML|document\.write|createContextualFragment|new Function|\beval\(/, file);
});
test("The bundle can stand inside a script element", { skip: !existsSync(bundle) && "not built" }, () => {
  assert.doesNotMatch(readFileSync(bundle, "utf8"), /<\/script|<!--/i);
});
test("Hostile names stay text in a real browser", { skip: !(existsSync(chromium) && existsSync(hostile)) && "no chromium or no fixture" }, () => {
  const profile = mkdtempSync(join(tmpdir(), "etalon-ui-"));
  try {
    const dom = execFileSync(chromium, ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
      `--user-data-dir=${profile}`, "--virtual-time-budget=4000", "--dump-dom", pathToFileURL(hostile).href], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 60_000, maxBuffer: 1 << 28 });
    assert.equal(/<html[^>]* data-verdict="(\w+)"/.exec(dom)?.[1], "text");
  } finally { rmSync(profile, { recursive: true, force: true }); }
});
