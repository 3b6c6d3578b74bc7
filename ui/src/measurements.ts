/** Part 4: the measurements. Each row opens on what it rests on: budget, changes, acquisition, method, constants, inputs. */
import { budget } from "./budget.ts";
import { rowChanges } from "./changes.ts";
import { longDate } from "./dates.ts";
import { h, refusal, section } from "./dom.ts";
import type { MeasurementRow, ReportModel } from "./model.ts";
import { gradeStyle } from "./palette.ts";
import { rano } from "./rano.ts";

export function measurements(model: ReportModel): HTMLElement {
  const rows = model.rows;
  if (rows.length === 0) return section("measurements", "The measurements", refusal("Nothing could be measured. The findings below say why."), rano(model));
  const truth = rows.some(r => r.truth != null);
  const columns = ["Visit", "Measurand", "Value ± U", "Interval", "Unit", "Grade", "Verdict", ...(truth ? ["Truth (virtual patient)"] : [])];
  const restsOn = new Set(model.answer.restsOn ?? lastVerdict(rows));
  const body = h("tbody", null);
  let visit = "";
  for (const row of rows) {
    const starts = row.visit !== visit;
    visit = row.visit;
    body.append(...rowPair(model, row, starts, truth, columns.length, restsOn.has(row.id)));
  }
  return section("measurements", "The measurements",
    h("p", { class: "lead" }, "Values ± expanded uncertainty U (k = 2) and 95 % interval; u in a budget and in results.json is the standard uncertainty (k = 1). A row opens on its budget, the change since the visits before, acquisition, method, constants and inputs."),
    h("div", { class: "scroll" }, h("table", { class: "measured" },
      h("thead", null, h("tr", null, columns.map((c, i) => h("th", { scope: "col", class: i === 2 || i === 3 || i === 7 ? "num" : null }, c)))), body)),
    rano(model));
}

/** Without word from the answer: the last verdict, and the same measurand at the first visit. */
function lastVerdict(rows: MeasurementRow[]): string[] {
  const last = [...rows].reverse().find(r => r.verdict != null) ?? rows[rows.length - 1];
  const first = rows.find(r => r.measurand === last?.measurand && r.region === last.region);
  return [first, last].filter(r => r !== undefined).map(r => r.id);
}

function rowPair(model: ReportModel, row: MeasurementRow, starts: boolean, truth: boolean, span: number, rests: boolean): HTMLElement[] {
  const visit = model.visits.find(v => v.id === row.visit);
  const detail = h("tr", { class: `detail${rests ? " rests" : ""}`, hidden: true }, h("td", { colspan: span }));
  const cell = detail.firstElementChild as HTMLElement;
  const fill = () => { if (!cell.hasChildNodes()) cell.append(details(model, row)); };
  if (rests) fill();
  const button = h("button", {
    type: "button", class: "opener", "aria-expanded": "false",
    onclick: () => {
      fill();
      const open = detail.hidden;
      detail.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
    },
  }, row.title, row.region ? h("span", { class: "muted" }, `, ${row.region}`) : null);
  const cells = [
    h("td", { class: "visit" }, starts ? h("span", { title: visit?.time ?? "" }, visit?.label ?? row.visit, h("span", { class: "muted when" }, visit ? longDate(visit.time) : "")) : h("span", { class: "hidden" }, visit?.label ?? row.visit)),
    h("th", { scope: "row" }, button),
    row.status === "ok" ? h("td", { class: "num strong" }, row.shown) : h("td", { class: "num gap" }, row.shown || "no value", h("span", { class: "status" }, row.status)),
    h("td", { class: row.shownInterval ? "num" : "num empty", "data-label": "interval" }, row.shownInterval || "–"),
    h("td", { class: "unit", "data-label": "unit" }, row.shownUnit === "1" ? "" : row.shownUnit),
    h("td", { class: row.grade == null ? "empty" : null, "data-label": "grade" }, row.grade == null ? h("span", { class: "muted" }, "–") : gradeChip(row.grade)),
    h("td", { class: row.verdict == null ? "empty" : null, "data-label": "verdict" }, row.verdict ?? h("span", { class: "muted" }, "–")),
    ...(truth ? [h("td", { class: row.truth == null ? "num empty" : "num truth", "data-label": "truth" }, row.truth ?? "–")] : []),
  ];
  return [h("tr", { class: starts ? "starts" : null }, cells), detail];
}

/** A grade as a letter on its tint; the words are in the hover text. */
export function gradeChip(grade: string): HTMLElement {
  return h("span", { class: `grade grade-${/^[ABCDX]$/.test(grade) ? grade : "none"}`, title: gradeStyle(grade).words }, grade);
}

function details(model: ReportModel, row: MeasurementRow): HTMLElement {
  return h("div", { class: "row-detail" },
    h("div", null, h("h3", { class: "minor" }, "Where the uncertainty comes from"), budget(row.budget)),
    h("div", null, h("h3", { class: "minor" }, "How it was acquired"),
      row.acquisition.length === 0 ? h("p", { class: "muted" }, "No acquisition record came with this image.") :
        h("dl", { class: "facts" }, row.acquisition.flatMap(a => [
          h("dt", null, a.attribute),
          h("dd", { class: `state-${a.state}` }, a.value ?? "not recorded", a.state === "present" ? null : h("span", { class: "state" }, a.state))]))),
    h("div", null, h("h3", { class: "minor" }, "Method"), h("p", null, row.method || "not stated"),
      row.constants.length ? [h("h3", { class: "minor" }, "Constants"), h("dl", { class: "facts" }, row.constants.flatMap(c => [h("dt", null, c.name), h("dd", null, c.value, h("span", { class: "source" }, c.source))]))] : null,
      h("h3", { class: "minor" }, "Inputs"),
      row.inputs.length === 0 ? h("p", { class: "muted" }, "No input was recorded.") :
        h("ul", { class: "plain" }, row.inputs.map(i => h("li", null, i.name, " ", h("code", { class: "hash", title: i.sha256 }, i.sha256))))),
    rowChanges(model, row));
}
