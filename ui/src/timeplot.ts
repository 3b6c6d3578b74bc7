/** What all plots over time share: one axis, one margin, the rules at visits, and breaks that nothing bridges. */
import * as Plot from "@observablehq/plot";
import { DayAxis, shortDate } from "./dates.ts";
import { s } from "./dom.ts";
import type { ReportModel } from "./model.ts";
import { HAIR, MUTED } from "./palette.ts";

export interface TimeFrame { axis: DayAxis; domain: [Date, Date]; first: number; last: number; }

/** The span of everything that has a time: visits, treatment, forecasts, breaks. */
export function timeFrame(model: ReportModel): TimeFrame {
  const days = [
    ...model.visits.map(v => v.day), ...model.breaks.map(b => b.day),
    ...model.treatment.fractions.map(f => f.day), ...model.treatment.surgery.map(x => x.day),
    ...model.treatment.drugs.flatMap(d => d.doses.map(x => x.day)), ...model.series.flatMap(x => x.forecast?.day ?? []),
  ].filter(Number.isFinite);
  const axis = new DayAxis(model.visits);
  const first = days.length ? Math.min(...days) : 0, last = days.length ? Math.max(...days) : 1;
  const pad = Math.max((last - first) * 0.025, last - first < 6 ? 6 : 1); // one visit still stands in a fortnight
  return { axis, first, last, domain: [axis.date(first - pad), axis.date(last + pad)] };
}

/** Margins that keep every panel's axis under the one above it. */
export function margins(width: number): { marginLeft: number; marginRight: number } {
  return width < 560 ? { marginLeft: 66, marginRight: 10 } : { marginLeft: 112, marginRight: 16 };
}

export function xScale(frame: TimeFrame, width: number, shown: boolean): Plot.ScaleOptions & { axis?: null } {
  const long = frame.last - frame.first > 500;
  return {
    type: "utc", domain: frame.domain, label: null, ticks: frame.last - frame.first < 6 ? 2 : width < 560 ? 4 : 8,
    ...(shown ? { tickFormat: (d: Date) => frame.axis.dated ? shortDate(d, long) : String(Math.round((+d - +frame.axis.date(0)) / 864e5)) } : { axis: null }),
  };
}

/** Thin rules at the visits through every panel. */
export function visitRules(model: ReportModel, frame: TimeFrame): Plot.Markish {
  return Plot.ruleX(model.visits, { x: v => frame.axis.date(v.day), stroke: HAIR, strokeWidth: 1 });
}

/** A break: the panel is cut by white with a torn edge on both sides. */
export function breakMarks(model: ReportModel, frame: TimeFrame): Plot.Markish[] {
  if (model.breaks.length === 0) return [];
  return [(_index: unknown, scales: { scales?: unknown; x?: (v: unknown) => number }, _values: unknown, d: { width: number; marginTop: number; height: number; marginBottom: number }) => {
    const half = d.width < 560 ? 2.5 : 4, top = d.marginTop - 4, bottom = d.height - d.marginBottom + 4;
    return s("g", { "aria-label": "breaks" }, model.breaks.map(b => {
      const x = scales.x!(frame.axis.date(b.day));
      return s("g", null,
        s("rect", { x: x - half, y: top, width: 2 * half, height: bottom - top, fill: "#fff" }),
        [-half, half].map(dx => s("path", { d: torn(x + dx, top, bottom), fill: "none", stroke: MUTED, "stroke-width": 1 })));
    }));
  }] as unknown as Plot.Markish[];
}

function torn(x: number, top: number, bottom: number): string {
  const steps = Math.max(2, Math.round((bottom - top) / 7));
  const points: string[] = [];
  for (let i = 0; i <= steps; i++) points.push(`${(x + (i % 2 ? 2 : -2)).toFixed(1)},${(top + ((bottom - top) * i) / steps).toFixed(1)}`);
  return "M" + points.join("L");
}

/** Which unbroken stretch of time a day lies in: breaks and missing values end one. Points of two stretches are never joined. */
export function stretch(model: ReportModel, missingDays: number[], day: number): number {
  return model.breaks.filter(b => b.day <= day).length + missingDays.filter(d => d <= day).length;
}
