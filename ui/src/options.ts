/** Part 7: treatment options against the reference arm, one axis for each outcome. */
import { h, named, numbersOf, refusal, s, section } from "./dom.ts";
import { formatInterval, formatPlain, formatProbability, formatValue } from "./format.ts";
import type { OptionsSection, ReportModel } from "./model.ts";
import { ACCENT, INK, MUTED } from "./palette.ts";
import { axisMarks, axisOver, dotAndLine, type Axis } from "./strip.ts";

type Outcome = OptionsSection["rows"][number]["outcomes"][number];

const WIDTH = 190;

/** A probability that was counted over draws: where all or none agree, what so many can say with 95 % confidence. */
export function shareOfDraws(p: number | null, draws: number | undefined): string {
  if (p == null || !draws || (p > 0 && p < 1)) return formatProbability(p);
  const least = 0.05 ** (1 / draws);
  return p === 1 ? `> ${(Math.floor(100 * least) / 100).toFixed(2)}` : `< ${(Math.ceil(100 * (1 - least)) / 100).toFixed(2)}`;
}

/** What an outcome says in words: the part beyond the forecast is a limit, never a number. */
export function outcomeInterval(x: Outcome, unit = ""): string {
  if (x.lower != null && x.upper != null) return formatInterval(x.lower, x.upper, unit);
  const limit = `${formatPlain(x.beyond?.limit ?? 0, 3)}${unit && unit !== "1" ? ` ${unit}` : ""}`;
  return x.lower == null ? `more than ${limit}` : `${formatPlain(x.lower, 3)} to more than ${limit}`;
}

export function outcomeMedian(x: Outcome, unit = ""): string {
  if (x.median == null) return `> ${formatPlain(x.beyond?.limit ?? 0, 3)}${unit && unit !== "1" ? ` ${unit}` : ""}`;
  return formatValue(x.median, x.lower != null && x.upper != null ? Math.abs(x.upper - x.lower) / 4 : Math.abs(x.median) / 100, unit);
}

function drawn(x: Outcome): { median: number; lower: number; upper: number } {
  const limit = x.beyond?.limit ?? 0;
  return { median: x.median ?? limit, lower: x.lower ?? limit, upper: x.upper ?? limit };
}

export function options(model: ReportModel): HTMLElement {
  const o = model.options;
  if (o == null) return section("options", "The options", refusal(model.optionsRefusal ?? "No options were compared, and no reason was given."));
  const titles = [...new Set(o.rows.flatMap(r => r.outcomes.map(x => x.title)))];
  const axes = new Map(titles.map(t => [t, axisOver(o.rows.flatMap(r => r.outcomes.filter(x => x.title === t).flatMap(x => Object.values(drawn(x)))), WIDTH, 12, 3)]));
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
        h("td", { class: "num", "data-label": "P(benefit)" }, r.isReference ? "–" : shareOfDraws(r.pBenefit, o.draws)),
        h("td", { class: "num", "data-label": "P(harm)" }, r.isReference ? "–" : shareOfDraws(r.pHarm, o.draws))),
      h("tr", { class: r.isReference ? "reference why" : "why" }, h("td", { colspan: titles.length + 3 },
        h("span", { class: "muted" }, "Worst 5 %: "), r.worst5, ". ", h("span", { class: "muted" }, "Decided by: "), r.decidedBy))])),
      h("tfoot", null, h("tr", null, h("td", null, h("span", { class: "muted" }, `dashed: ${o.reference}`)),
        titles.map(t => h("td", null, s("svg", { width: WIDTH, height: 22, viewBox: `0 0 ${WIDTH} 22`, "aria-hidden": "true" }, axisMarks(axes.get(t)!, 2, WIDTH, v => formatPlain(v, 3))))), h("td", { colspan: 2 }))))),
    numbersOf("options", ["Option", "Outcome", "Median", "Interval", "Coverage"], o.rows.flatMap(r => r.outcomes.map(x => [r.name, x.title, outcomeMedian(x, x.shownUnit), outcomeInterval(x), `${(100 * x.coverage).toFixed(0)} %`])), [2, 3, 4]));
}

function cell(o: OptionsSection, row: OptionsSection["rows"][number], title: string, axis: Axis): Node {
  const x = row.outcomes.find(y => y.title === title);
  if (!x) return h("span", { class: "muted" }, "not foreseen");
  const reference = o.rows.find(r => r.isReference)?.outcomes.find(y => y.title === title);
  const at = drawn(x);
  const words = `${row.name}, ${title}: ${outcomeMedian(x, x.shownUnit)}, ${(100 * x.coverage).toFixed(0)} % interval ${outcomeInterval(x, x.shownUnit)}${x.beyond ? `; not within the forecast in ${x.beyond.draws}${o.draws ? ` of ${o.draws}` : ""} draws` : ""}`;
  return named(s("svg", { width: WIDTH, height: 34, viewBox: `0 0 ${WIDTH} 34` },
    reference ? s("line", { x1: axis.at(drawn(reference).median), x2: axis.at(drawn(reference).median), y1: 15, y2: 34, stroke: MUTED, "stroke-dasharray": "3 3" }) : null,
    dotAndLine(axis, 22, at.median, at.lower, at.upper, row.isReference ? INK : ACCENT, words),
    x.upper == null ? s("path", { d: `M${axis.at(at.upper) + 2} 17 l5 5 l-5 5`, fill: "none", stroke: row.isReference ? INK : ACCENT, "stroke-width": 1.8 }) : null,
    s("text", { x: Math.min(Math.max(axis.at(at.median), 18), WIDTH - 18), y: 12, "text-anchor": "middle", class: "tick value" }, outcomeMedian(x))), words);
}
