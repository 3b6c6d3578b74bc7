/** One measurand over time: points with their interval, the forecast as a fading band, gaps with a word. */
import * as Plot from "@observablehq/plot";
import { longDate } from "./dates.ts";
import { h, named, numbersOf, responsive } from "./dom.ts";
import { formatInterval, formatMeasured, formatPlain, formatValue, NO_VALUE } from "./format.ts";
import type { ReportModel, TimeSeries } from "./model.ts";
import { ACCENT, INK, MUTED, TRUTH, scannerMarks } from "./palette.ts";
import { breakMarks, margins, stretch, visitRules, xScale, type TimeFrame } from "./timeplot.ts";

type Point = TimeSeries["points"][number];

export function seriesPanel(model: ReportModel, frame: TimeFrame, series: TimeSeries, last: boolean): HTMLElement {
  const unit = series.shownUnit;
  const visit = (id: string) => model.visits.find(v => v.id === id);
  const hasTruth = series.points.some(p => p.truth != null);
  return h("figure", { class: "panel" },
    h("figcaption", null, h("b", null, series.title), h("span", { class: "muted" }, unit && unit !== "1" ? ` in ${unit}` : "")),
    responsive("series", width => draw(model, frame, series, width, last)),
    h("div", { class: "numbers-row" }, numbersOf(series.title, ["Visit", "Date", "Value ± U (k = 2)", "Interval", ...(hasTruth ? ["Truth (virtual patient)"] : [])],
      series.points.map(p => {
        const v = visit(p.visit);
        return [v?.label ?? p.visit, v ? longDate(v.time) : `day ${formatPlain(p.day)}`, p.value == null ? `${NO_VALUE}: ${p.status}` : formatMeasured(p.value, p.u, unit), formatInterval(p.lower, p.upper),
          ...(hasTruth ? [formatValue(p.truth ?? null, p.u)] : [])];
      }), [2, 3, 4]),
    series.forecast ? numbersOf(`forecast of ${series.title}`, ["Day", "Median", "50 %", "95 %"], thin(series.forecast.day.length, 12).map(i => {
      const f = series.forecast!;
      const u = Math.abs(f.upper95[i]! - f.lower95[i]!) / 4;
      return [formatPlain(f.day[i]!), formatValue(f.median[i]!, u), formatInterval(f.lower50[i]!, f.upper50[i]!), formatInterval(f.lower95[i]!, f.upper95[i]!)];
    }), [1, 2, 3], "Numbers of the forecast") : null));
}

function draw(model: ReportModel, frame: TimeFrame, series: TimeSeries, width: number, last: boolean): Node {
  const date = (day: number) => frame.axis.date(day);
  const known = series.points.filter((p): p is Point & { value: number } => p.value != null);
  const missing = series.points.filter(p => p.value == null);
  const markOf = scannerMarks(model.visits);
  const visitOf = new Map(model.visits.map(v => [v.id, v]));
  const heldOut = (p: Point) => visitOf.get(p.visit)?.role === "held-out";
  const mark = (p: Point) => markOf(visitOf.get(p.visit)?.scannerState ?? null);
  const domain = yDomain(series);
  const fan = series.forecast ? fanMarks(frame, series.forecast) : [];
  const unit = series.shownUnit;
  const plot = Plot.plot({
    width, height: (width < 560 ? 132 : 150) + (last ? 22 : 0), ...margins(width), marginTop: 8, marginBottom: last ? 28 : 6,
    x: xScale(frame, width, last), y: { domain, ticks: 4, label: null, tickSize: 3, nice: true, tickFormat: (v: number) => formatPlain(v, 3), clamp: false },
    clip: true, style: { background: "none", fontSize: "11.5px", color: INK },
    marks: [
      Plot.gridY({ ticks: 4, stroke: "#eceff1", strokeOpacity: 1 }),
      visitRules(model, frame),
      ...fan,
      Plot.lineY(known, { x: p => date(p.day), y: "value", z: p => `${stretch(model, missing.map(m => m.day), p.day)}|${heldOut(p) ? "held" : "fit"}`, stroke: MUTED, strokeWidth: 1, strokeOpacity: 0.6 }),
      Plot.ruleX(known.filter(p => p.lower != null && p.upper != null), { x: p => date(p.day), y1: p => p.lower, y2: p => p.upper, stroke: INK, strokeWidth: 1.6, clip: true }),
      ...breakMarks(model, frame),
      ...known.map(p => Plot.dot([p], {
        x: () => date(p.day), y: () => p.value, symbol: heldOut(p) && mark(p).symbol === "times" ? "circle" : mark(p).symbol, r: 4, clip: false,
        fill: heldOut(p) || mark(p).symbol === "times" ? "#fff" : mark(p).colour, stroke: mark(p).colour, strokeWidth: 1.8,
        title: () => `${visitOf.get(p.visit)?.label ?? p.visit}: ${formatMeasured(p.value, p.u, unit)}\n${formatInterval(p.lower, p.upper, unit)}${heldOut(p) ? "\nheld out from the fit" : ""}`,
      })),
      Plot.dot(series.points.filter(p => typeof p.truth === "number"), { x: p => date(p.day), y: p => p.truth as number, symbol: "plus", stroke: TRUTH, strokeWidth: 2, r: 4.5, dx: 9, title: p => `truth (virtual patient): ${formatValue(p.truth as number, p.u, unit)}` }),
      Plot.text(missing, { x: p => date(p.day), frameAnchor: "bottom", dy: -6, text: () => "no value", fill: MUTED, stroke: "#fff", strokeWidth: 6, title: p => p.status, fontStyle: "italic" }),
    ],
  });
  const words = known.map(p => `${visitOf.get(p.visit)?.label ?? p.visit} ${formatMeasured(p.value, p.u, unit)}`).join("; ");
  return named(plot, `${series.title} over time: ${words}${missing.length ? `; without a value: ${missing.map(p => visitOf.get(p.visit)?.label ?? p.visit).join(", ")}` : ""}${series.forecast ? "; with forecast" : ""}`);
}

/** Everything is in view, but a fan that explodes does not squeeze the measurements to a line. */
function yDomain(series: TimeSeries): [number, number] {
  const own = series.points.flatMap(p => [p.value, p.lower, p.upper, p.truth ?? null]).filter((x): x is number => x != null && Number.isFinite(x));
  const fan = series.forecast ? [...series.forecast.lower95, ...series.forecast.upper95].filter(Number.isFinite) : [];
  const all = [...own, ...fan];
  if (all.length === 0) return [0, 1];
  let lower = Math.min(...all), upper = Math.max(...all);
  if (own.length > 1) {
    const low = Math.min(...own), high = Math.max(...own), span = high - low || Math.abs(high) || 1;
    lower = Math.max(lower, low - 1.5 * span);
    upper = Math.min(upper, high + 1.5 * span);
  }
  if (lower > 0 && lower < 0.45 * upper) lower = 0;
  const pad = (upper - lower) * 0.06 || Math.abs(upper) * 0.1 || 1;
  return [lower === 0 ? 0 : lower - pad, upper + pad];
}

/** Nested bands, each faint: ink is where the probability is. Between the 50 % and the 95 % band the half-width goes with z. */
function fanMarks(frame: TimeFrame, f: NonNullable<TimeSeries["forecast"]>): Plot.Markish[] {
  const index = f.day.map((_, i) => i);
  const x = (i: number) => frame.axis.date(f.day[i]!);
  const half = (z: number, i: number, side: "lower" | "upper") => {
    const w50 = Math.abs((side === "lower" ? f.lower50 : f.upper50)[i]! - f.median[i]!);
    const w95 = Math.abs((side === "lower" ? f.lower95 : f.upper95)[i]! - f.median[i]!);
    return z <= 0.674 ? (w50 * z) / 0.674 : w50 + ((w95 - w50) * (z - 0.674)) / (1.96 - 0.674);
  };
  const levels = Array.from({ length: 22 }, (_, i) => 1.96 * (1 - i / 22));
  return [
    ...levels.map(z => Plot.areaY(index, { x, y1: (i: number) => f.median[i]! - half(z, i, "lower"), y2: (i: number) => f.median[i]! + half(z, i, "upper"), fill: ACCENT, fillOpacity: 0.028, clip: true })),
    Plot.lineY(index, { x, y: (i: number) => f.median[i]!, stroke: ACCENT, strokeWidth: 1.3, clip: true }),
  ];
}

/** At most `most` of n rows, evenly, always with the last. */
function thin(n: number, most: number): number[] {
  const step = Math.max(1, Math.ceil((n - 1) / (most - 1)));
  const rows: number[] = [];
  for (let i = 0; i < n; i += step) rows.push(i);
  if (n > 0 && rows[rows.length - 1] !== n - 1) rows.push(n - 1);
  return rows;
}
