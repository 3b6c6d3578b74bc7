/** Reads the model from the page, and renders the whole page in the place of the fallback. */
import { answer } from "./answer.ts";
import { comparability } from "./comparability.ts";
import { h } from "./dom.ts";
import { findings } from "./findings.ts";
import { images } from "./images.ts";
import { measurements } from "./measurements.ts";
import { footer, methods } from "./methods.ts";
import type { ReportModel } from "./model.ts";
import { options } from "./options.ts";
import { printing } from "./print.ts";
import { timeline } from "./timeline.ts";
import { twin } from "./twin.ts";

const PARTS: [string, string, (model: ReportModel) => HTMLElement][] = [
  ["time", "Time", timeline], ["images", "Images", images], ["measurements", "Measurements", measurements], ["comparability", "Comparability", comparability],
  ["twin", "Twin", twin], ["options", "Options", options], ["findings", "Findings", findings], ["methods", "Methods", methods],
];

/** Renders a model into `host`. A part that fails says so in its own place; the others stand. */
export function render(model: ReportModel, host: HTMLElement): void {
  const page = h("main", { class: "etalon" }, answer(model),
    h("nav", { "aria-label": "Parts of this page" }, PARTS.map(([id, name]) => h("a", { href: `#${id}` }, name, id === "findings" ? worst(model) : null))));
  for (const [id, name, part] of PARTS) {
    try { page.append(part(model)); }
    catch (error) { page.append(h("section", { id }, h("h2", null, name), h("p", { class: "refusal" }, `This part could not be shown: ${error instanceof Error ? error.message : "unknown reason"}. The fault is ours; results.json has its numbers.`))); }
  }
  page.append(footer(model));
  host.replaceChildren(page);
  printing(page);
}

/** How many findings are errors, said where the reader can still choose to look. */
function worst(model: ReportModel): string | null {
  const errors = model.results.findings.filter(f => f.severity === "error").length;
  return errors ? ` (${errors} error${errors === 1 ? "" : "s"})` : null;
}

function start(): void {
  const host = document.getElementById("etalon"), source = document.getElementById("etalon-model");
  if (!host || !source) return;
  try {
    const model = JSON.parse(source.textContent ?? "") as ReportModel;
    if (model.schema !== "etalon-report-1") throw new Error(`this page reads etalon-report-1, not ${String(model.schema)}`);
    render(model, host);
  } catch (error) {
    host.prepend(h("p", { class: "refusal" }, `The full page could not be shown: ${error instanceof Error ? error.message : "unknown reason"}. What follows is its still form.`));
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
