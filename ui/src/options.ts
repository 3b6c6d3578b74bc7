/** Part 7: treatment options against the reference arm, one axis for each outcome. */
import { h, named, numbersOf, refusal, s, section } from "./dom.ts";
import { formatInterval, formatPlain, formatProbability, formatValue } from "./format.ts";
import type { OptionsSection, ReportModel } from "./model.ts";
import { ACCENT, INK, MUTED } from "./palette.ts";
import { axisMarks, axisOver, dotAndLine, type Axis } from "./strip.ts";

const WIDTH = 190;

export function options(model: ReportModel): HTMLElement {
  const o = model.options;
  if (o == null) return section("options", "The options", refusal(model.optionsRefusal ?? "No options were compared, and no reason was given."));
  const titles = [...new Set(o.rows.flatMap(r => r.outcomes.map(x => x.title)))];
  const axes = new Map(titles.map(t => [t, axisOver(o.rows.flatMap(r => r.outcomes.filter(x => x.title === t).flatMap(x => [x.lower, x.upper, x.median])), WIDTH, 12, 3)]));
  const unit = (t: string) => o.rows.flatMap(r => r.outcomes).find(x => x.title === t)?.shownUnit ?? "";
  return section("options", "The options",
    h("p", { class: "caveat" }, o.caveat),
    h("div", { class: "scroll" }, h("table", { class: "options" },
      h("thead", null, h("tr", null,
        h("th", { scope: "col" }, "Option"),
        titles.map(t => h("th", { scope: "col" }, t, h("span", { class: "muted" }, unit(t) && unit(t) !== "1" ? `, ${unit(t)}` : ""))),
        h("th", { scope: "col", class: "num" }, "P(benefit)"), h("th", { scope: "col", class: "num" }, "P(harm)"))),
      h("tbody", null, o.rows.flatMap(r => [h("tr", { class: r.isReference ? "reference" : null },
        h("th", { scope: "row" }, h("b", null, r.name), r.isReference ? h("span", { class: "tag" }, "reference arm") : null, h("div", { class: "muted" }, r.detail)),
        titles.map(t => h("td", { "data-label": t }, cell(o, r, t, axes.get(t)!))),
        h("td", { class: "num", "data-label": "P(benefit)" }, r.isReference ? "–" : formatProbability(r.pBenefit)),
        h("td", { class: "num", "data-label": "P(harm)" }, r.isReference ? "–" : formatProbability(r.pHarm))),
      h("tr", { class: r.isReference ? "reference why" : "why" }, h("td", { colspan: titles.length + 3 },
        h("span", { class: "muted" }, "Worst 5 %: "), r.worst5, ". ", h("span", { class: "muted" }, "Decided by: "), r.decidedBy))])),
      h("tfoot", null, h("tr", null, h("td", null, h("span", { class: "muted" }, `dashed: ${o.reference}`)),
        titles.map(t => h("td", null, s("svg", { width: WIDTH, height: 22, viewBox: `0 0 ${WIDTH} 22`, "aria-hidden": "true" }, axisMarks(axes.get(t)!, 2, WIDTH, v => formatPlain(v, 3))))), h("td", { colspan: 2 }))))),
    numbersOf("options", ["Option", "Outcome", "Median", "Interval", "Coverage"], o.rows.flatMap(r => r.outcomes.map(x => [r.name, x.title, formatValue(x.median, Math.abs(x.upper - x.lower) / 4, x.shownUnit), formatInterval(x.lower, x.upper), `${(100 * x.coverage).toFixed(0)} %`])), [2, 3, 4]));
}

function cell(o: OptionsSection, row: OptionsSection["rows"][number], title: string, axis: Axis): Node {
  const x = row.outcomes.find(y => y.title === title);
  if (!x) return h("span", { class: "muted" }, "not foreseen");
  const reference = o.rows.find(r => r.isReference)?.outcomes.find(y => y.title === title);
  const u = Math.abs(x.upper - x.lower) / 4;
  const words = `${row.name}, ${title}: ${formatValue(x.median, u, x.shownUnit)}, ${(100 * x.coverage).toFixed(0)} % interval ${formatInterval(x.lower, x.upper, x.shownUnit)}`;
  return named(s("svg", { width: WIDTH, height: 34, viewBox: `0 0 ${WIDTH} 34` },
    reference ? s("line", { x1: axis.at(reference.median), x2: axis.at(reference.median), y1: 15, y2: 34, stroke: MUTED, "stroke-dasharray": "3 3" }) : null,
    dotAndLine(axis, 22, x.median, x.lower, x.upper, row.isReference ? INK : ACCENT, words),
    s("text", { x: Math.min(Math.max(axis.at(x.median), 18), WIDTH - 18), y: 12, "text-anchor": "middle", class: "tick value" }, formatValue(x.median, u))), words);
}
