/** A change, as the row of its second visit opens on it: the budget of the log ratio, and beside it what can be said. */
import { budget, sharePercent } from "./budget.ts";
import { h } from "./dom.ts";
import { formatPlain, formatProbability } from "./format.ts";
import type { MeasurementRow, ReportModel, RowChange } from "./model.ts";
import { gradeStyle } from "./palette.ts";

/** The changes of one row, the nearest first; nothing where the row has none. */
export function rowChanges(model: ReportModel, row: MeasurementRow): HTMLElement[] {
  return (row.changes ?? []).map(c => oneChange(model, c));
}

function oneChange(model: ReportModel, c: RowChange): HTMLElement {
  const from = model.visits.find(v => v.id === c.from)?.label ?? c.from;
  const limiting = c.budget.find(p => p.source === c.limitingTerm);
  const facts: [string, string | HTMLElement][] = [
    ["Interval, 95 %", c.shownInterval],
    ["Verdict", c.verdict],
    ["P(increase)", formatProbability(c.pIncrease)],
    ["P(true change)", c.pTrueChange == null ? "not stated" : formatProbability(c.pTrueChange)],
    ["P(wrong direction)", formatProbability(c.pWrongDirection)],
    ["Minimal important change", c.minimalImportantChange ?? "none was given, so two values are never called equal"],
    ["Grade of comparability", h("span", null, h("span", { class: `grade grade-${/^[ABCDX]$/.test(c.grade) ? c.grade : "none"}` }, c.grade), ` ${gradeStyle(c.grade).words}`)],
    ["Limited by", c.limitingTerm ? `${c.limitingTerm}${limiting ? ` (${sharePercent(limiting.share)} of the variance)` : ""}` : "not stated"],
  ];
  return h("div", { class: "change-detail" },
    h("h3", { class: "minor" }, `Change since ${from}: `, h("b", { class: "change-size" }, c.shown), h("span", { class: "muted" }, ` (${c.shownInterval})`)),
    h("div", { class: "change-grid" },
      h("div", null, h("h4", null, "Where its uncertainty comes from"),
        h("p", { class: "muted axis-note" }, `u of the log ratio is ${formatPlain(c.u, 2)} %; for a small change that is its u in percent.`),
        budget(c.budget, "%", "No budget: this change has no stated uncertainty.")),
      h("dl", { class: "facts" }, facts.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value)]))));
}
