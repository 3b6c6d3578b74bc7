/** Part 5: which visits can be compared. A matrix of grades; a cell opens the ranked differences and what each does. Below it the chain of calibration. */
import { chain } from "./chain.ts";
import { differences, inWords } from "./differences.ts";
import { h, refusal, section } from "./dom.ts";
import type { ComparabilityCell, ReportModel } from "./model.ts";
import { gradeStyle } from "./palette.ts";
import { gradeChip } from "./measurements.ts";

export function comparability(model: ReportModel): HTMLElement {
  const title = "How the visits compare";
  if (model.comparability.length === 0)
    return section("comparability", title, refusal(model.visits.length < 2 ? "There is only one visit, so there is nothing to compare it with." : "No pair of visits could be compared; the findings below say why."), chain(model));
  const measurands = [...new Set(model.comparability.map(c => c.measurand))];
  return section("comparability", title,
    h("ul", { class: "legend" }, ["A", "B", "C", "D", "X"].map(g => h("li", null, gradeChip(g), h("span", null, gradeStyle(g).words)))),
    h("div", { class: "matrices" }, measurands.map(m => matrix(model, m, model.comparability.filter(c => c.measurand === m)))),
    allInWords(model), chain(model));
}

function matrix(model: ReportModel, measurand: string, cells: ComparabilityCell[]): HTMLElement {
  const panel = h("div", { class: "cell-detail", "aria-live": "polite" });
  const find = (a: string, b: string) => cells.find(c => (c.from === a && c.to === b) || (c.from === b && c.to === a));
  const title = titleOf(model, measurand);
  let chosen: HTMLButtonElement | null = null;
  const open = (button: HTMLButtonElement, cell: ComparabilityCell) => {
    chosen?.removeAttribute("aria-pressed");
    chosen = button;
    button.setAttribute("aria-pressed", "true");
    panel.replaceChildren(cellDetail(model, cell));
  };
  let worst: [HTMLButtonElement, ComparabilityCell] | null = null;
  const grid = h("table", { class: "matrix" },
    h("thead", null, h("tr", null, h("td", null), model.visits.map((v, i) => h("th", { scope: "col", title: v.label }, String(i + 1))))),
    h("tbody", null, model.visits.map((from, i) => h("tr", null,
      h("th", { scope: "row" }, new RegExp(`\\b${i + 1}$`).test(from.label) ? null : h("span", { class: "index" }, `${i + 1} `), from.label),
      model.visits.map((to, j) => {
        if (j <= i) return h("td", { class: j === i ? "self" : "lower" });
        const cell = find(from.id, to.id);
        if (!cell) return h("td", { class: "none", title: "not compared" }, "–");
        const button: HTMLButtonElement = h("button", { type: "button", class: `grade grade-${cell.grade}`, "aria-label": `${from.label} against ${to.label}: grade ${cell.grade}. ${cell.summary}`, title: cell.summary, onclick: () => open(button, cell) }, cell.grade);
        if (!worst || cell.grade > worst[1].grade) worst = [button, cell];
        return h("td", null, button);
      })))));
  if (worst) open(...(worst as [HTMLButtonElement, ComparabilityCell]));
  return h("div", null, h("h3", { class: "minor matrix-title" }, title), h("div", { class: "matrix-block" }, h("div", { class: "scroll" }, grid), panel));
}

function titleOf(model: ReportModel, measurand: string): string {
  return model.series.find(x => x.measurand === measurand)?.title ?? model.rows.find(r => r.measurand === measurand)?.title ?? measurand;
}

function cellDetail(model: ReportModel, cell: ComparabilityCell): HTMLElement {
  const label = (id: string) => model.visits.find(v => v.id === id)?.label ?? id;
  return h("div", null,
    h("h3", { class: "minor" }, gradeChip(cell.grade), ` ${label(cell.from)} against ${label(cell.to)}`),
    h("p", null, cell.summary),
    differences(cell.differences),
    cell.lift ? h("p", { class: "lift" }, h("b", null, "What would lift the grade: "), cell.lift) : null);
}

/** Every cell in words, folded away: for readers without the matrix, and for print. */
function allInWords(model: ReportModel): HTMLElement {
  const label = (id: string) => model.visits.find(v => v.id === id)?.label ?? id;
  const sorted = [...model.comparability].sort((a, b) => b.grade.localeCompare(a.grade));
  return h("details", { class: "numbers", "data-print": sorted.length <= 12 ? "open" : null }, h("summary", null, `All ${sorted.length} comparisons in words`),
    h("ul", { class: "plain spaced" }, sorted.map(c => h("li", null, gradeChip(c.grade), " ", h("b", null, `${label(c.from)} against ${label(c.to)}`), `, ${titleOf(model, c.measurand)}: ${c.summary}`,
      c.lift ? ` What would lift the grade: ${c.lift}` : "",
      c.differences.length ? h("span", { class: "muted" }, inWords(c.differences)) : null))));
}
