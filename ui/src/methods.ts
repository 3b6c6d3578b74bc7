/** Part 8b: methods, constants and sources, and what this page is not. */
import { h, refusal, section, table } from "./dom.ts";
import type { ReportModel } from "./model.ts";

export function methods(model: ReportModel): HTMLElement {
  const constants = new Map<string, { name: string; value: string; source: string }>();
  for (const c of model.rows.flatMap(r => r.constants)) constants.set(JSON.stringify([c.name, c.value, c.source]), c);
  return section("methods", "Methods, constants and sources",
    model.methods.length === 0 ? refusal("No method was used.") :
      h("dl", { class: "methods" }, model.methods.flatMap(m => [h("dt", null, m.name), h("dd", null, m.text, m.sources.length ? h("div", { class: "source" }, m.sources.join("; ")) : null)])),
    constants.size ? [h("h3", null, "Constants"), table(["Constant", "Value", "Source"], [...constants.values()].map(c => [c.name, c.value, c.source]))] : null,
    h("h3", null, "Sources"),
    model.results.sources.length === 0 ? refusal("No source was cited.") :
      h("ol", { class: "sources" }, model.results.sources.map(x => h("li", null, x.text, x.used_for ? h("span", { class: "muted" }, ` Used for: ${x.used_for}`) : null))));
}

export function footer(model: ReportModel): HTMLElement {
  return h("footer", null, h("p", null, h("b", null, "Research software, not for clinical use."), ` Etalon ${model.etalon}. All numbers of this page are in results.json beside it.`));
}
