/** Part 2: the line of time. Visits, treatment and breaks on one axis; under it each measurand with its interval. */
import * as Plot from "@observablehq/plot";
import { longDate } from "./dates.ts";
import { h, named, numbersOf, refusal, responsive, section } from "./dom.ts";
import { formatPlain } from "./format.ts";
import type { ReportModel } from "./model.ts";
import { INK, MUTED, markIcon, scannerMarks } from "./palette.ts";
import { seriesPanel } from "./series.ts";
import { breakMarks, margins, timeFrame, visitRules, xScale, type TimeFrame } from "./timeplot.ts";

export function timeline(model: ReportModel): HTMLElement {
  if (model.visits.length === 0) return section("time", "The line of time", refusal("No visit could be placed in time."));
  const frame = timeFrame(model);
  const marks = scannerMarks(model.visits);
  const states = [...new Set(model.visits.map(v => v.scannerState))];
  const hasHeldOut = model.visits.some(v => v.role === "held-out");
  return section("time", "The line of time",
    h("ul", { class: "legend" },
      states.map(st => h("li", null, markIcon(marks(st)), h("span", null, st ?? "scanner state unknown"))),
      hasHeldOut ? h("li", null, markIcon({ symbol: "circle", colour: MUTED }, true), h("span", null, "open: held out from the fit")) : null,
      model.series.some(x => x.forecast) ? h("li", null, h("span", { class: "swatch fan" }), h("span", null, "forecast, darkest where most probable, out to 95 %")) : null,
      model.series.some(x => x.points.some(p => p.truth != null)) ? h("li", null, h("span", { class: "truth-mark" }, "+"), h("span", null, "truth of the virtual patient")) : null),
    responsive("time", width => events(model, frame, width)),
    model.breaks.length ? h("ul", { class: "breaks" }, [...model.breaks].sort((a, b) => a.day - b.day).map(b => h("li", null, h("b", null, "Break: "), b.text))) : null,
    model.series.length === 0 ? refusal("No measurand has a value at any visit.") : model.series.map((x, i) => seriesPanel(model, frame, x, i === model.series.length - 1)),
    numbersOf("visits and treatment", ["What", "When", "Day", "Detail"], eventRows(model), [2], "Visits and treatment as a table"));
}

interface Bar { lane: string; from: number; to: number; amount: number; unit: string; }

/** Doses of one drug on days that follow each other are one bar. */
export function drugBars(model: ReportModel): Bar[] {
  return model.treatment.drugs.flatMap(drug => {
    const bars: Bar[] = [];
    for (const dose of [...drug.doses].sort((a, b) => a.day - b.day)) {
      const open = bars[bars.length - 1];
      if (open && dose.day - open.to <= 3 && open.amount === dose.amount) open.to = dose.day + 1;
      else bars.push({ lane: drug.name, from: dose.day, to: dose.day + 1, amount: dose.amount, unit: drug.unit });
    }
    return bars;
  });
}

function events(model: ReportModel, frame: TimeFrame, width: number): Node {
  const narrow = width < 560;
  const marks = scannerMarks(model.visits);
  const { fractions, surgery } = model.treatment;
  const bars = drugBars(model);
  const lanes = ["Visits", ...(fractions.length ? ["Radiotherapy"] : []), ...[...new Set(bars.map(b => b.lane))], ...(surgery.length ? ["Surgery"] : [])];
  const short = (lane: string) => narrow ? (lane === "Radiotherapy" ? "RT" : lane.length > 8 ? lane.slice(0, 7) + "…" : lane) : lane.length > 16 ? lane.slice(0, 15) + "…" : lane;
  const totalGy = fractions.reduce((t, f) => t + f.doseGy, 0);
  const top = { dy: -9, fontSize: 11, fill: INK, frameAnchor: "middle" as const };
  const label = `Line of time: ${model.visits.length} visits, ${fractions.length} fractions${fractions.length ? ` (${formatPlain(totalGy)} Gy)` : ""}, ${bars.length} courses of drugs, ${surgery.length} operations, ${model.breaks.length} breaks`;
  const maxDose = Math.max(...fractions.map(f => f.doseGy), 1e-9);
  const visible = lessCrowded(model.visits.map(v => v.day), frame, width);
  const plot = Plot.plot({
    width, height: 26 + lanes.length * 30, ...margins(width), marginTop: 22, marginBottom: 4,
    x: xScale(frame, width, false), y: { domain: lanes, label: null, tickSize: 0, tickFormat: short, type: "band", padding: 0.1 },
    style: { background: "none", fontSize: narrow ? "11px" : "12px", color: INK },
    marks: [
      visitRules(model, frame),
      ...lanes.slice(1).map(l => Plot.ruleY([l], { stroke: "#eceff1" })),
      Plot.rect(bars, { x1: b => frame.axis.date(b.from), x2: b => frame.axis.date(b.to), y: b => b.lane, fill: MUTED, fillOpacity: 0.55, insetTop: 8, insetBottom: 8, title: b => `${b.lane}: ${formatPlain(b.amount)} ${b.unit} a dose` } as Plot.RectOptions),
      Plot.tickX(fractions, { x: f => frame.axis.date(f.day), y: () => "Radiotherapy", stroke: INK, strokeWidth: 1.1, strokeOpacity: f => 0.35 + (0.65 * f.doseGy) / maxDose, insetTop: 5, insetBottom: 5, title: f => `${formatPlain(f.doseGy)} Gy, ${longDate(f.time)} (${f.time})` }),
      ...breakMarks(model, frame),
      Plot.dot(surgery, { x: x => frame.axis.date(x.day), y: () => "Surgery", symbol: "times", stroke: INK, strokeWidth: 2, r: 5, title: x => `${x.region}, ${longDate(x.time)} (${x.time})` }),
      ...model.visits.map((v, i) => Plot.dot([v], {
        x: x => frame.axis.date(x.day), y: () => "Visits", symbol: v.role === "held-out" && v.scannerState == null ? "circle" : marks(v.scannerState).symbol, r: narrow ? 4.5 : 6,
        fill: v.role === "held-out" || v.scannerState == null ? "#fff" : marks(v.scannerState).colour, stroke: marks(v.scannerState).colour, strokeWidth: 2,
        title: () => `${v.label}, ${longDate(v.time)} (${v.time}), day ${formatPlain(v.day)}\nscanner: ${v.scannerState ?? "unknown"}${v.role === "held-out" ? "\nheld out from the fit" : ""}\nkey ${i + 1}`,
      })),
      Plot.text(model.visits.filter((_, i) => visible.has(i)), { ...top, frameAnchor: "top", dy: -14, x: v => frame.axis.date(v.day), text: v => narrow ? String(model.visits.indexOf(v) + 1) : v.label.length > 14 ? v.label.slice(0, 13) + "…" : v.label }),
      totalGy > 0 && !narrow ? Plot.text([fractions[fractions.length - 1]!], { x: f => frame.axis.date(f.day), y: () => "Radiotherapy", text: () => `${fractions.length} fractions, ${formatPlain(totalGy)} Gy`, textAnchor: "start", dx: 8, fill: MUTED, stroke: "#fff", strokeWidth: 4, fontSize: 11 }) : null,
    ],
  });
  return named(plot, label);
}

/** Labels that would stand on each other are left to the hover text and the table. */
function lessCrowded(days: number[], frame: TimeFrame, width: number): Set<number> {
  const { marginLeft, marginRight } = margins(width);
  const perDay = (width - marginLeft - marginRight) / Math.max(frame.last - frame.first, 1);
  const shown = new Set<number>();
  const needed = width < 560 ? 14 : 62;
  let last = -Infinity;
  days.forEach((d, i) => { if ((d - last) * perDay >= needed) { shown.add(i); last = d; } });
  return shown;
}

function eventRows(model: ReportModel): (string | HTMLElement)[][] {
  const when = (iso: string) => h("time", { datetime: iso, title: iso }, longDate(iso));
  const { fractions, surgery } = model.treatment;
  return [
    ...model.visits.map(v => [v.label, when(v.time), formatPlain(v.day), `scanner: ${v.scannerState ?? "unknown"}; ${v.role === "held-out" ? "held out from the fit" : v.role === "fit" ? "used in the fit" : "not used in the fit"}`]),
    ...(fractions.length ? [["Radiotherapy", `${fractions.length} fractions`, `${formatPlain(fractions[0]!.day)} to ${formatPlain(fractions[fractions.length - 1]!.day)}`, `${formatPlain(fractions.reduce((t, f) => t + f.doseGy, 0))} Gy in all`]] : []),
    ...drugBars(model).map(b => [b.lane, "", `${formatPlain(b.from)} to ${formatPlain(b.to)}`, `${formatPlain(b.amount)} ${b.unit} a dose`]),
    ...surgery.map(x => ["Surgery", when(x.time), formatPlain(x.day), x.region]),
    ...model.breaks.map(b => ["Break", "", formatPlain(b.day), b.text]),
  ];
}

