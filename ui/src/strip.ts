/** Small horizontal axes: a value with its interval as dot and line, a distribution as a fading band. */
import { s } from "./dom.ts";
import { ACCENT, HAIR, INK, MUTED, TRUTH } from "./palette.ts";

export interface Axis { at: (value: number) => number; ticks: number[]; log: boolean; lower: number; upper: number; }

/** An axis over all values in [0, width]; logarithmic where they are positive and span more than `logFrom`. */
export function axisOver(values: number[], width: number, pad = 8, wanted = 4, logFrom = 30): Axis {
  const finite = values.filter(Number.isFinite);
  let lower = Math.min(...finite), upper = Math.max(...finite);
  if (!finite.length) { lower = 0; upper = 1; }
  const log = lower > 0 && upper / lower > logFrom;
  if (log) {
    const a = Math.log10(lower), b = Math.log10(upper);
    const at = (v: number) => pad + ((Math.log10(Math.max(v, lower * 1e-6)) - a) / (b - a || 1)) * (width - 2 * pad);
    const ticks: number[] = [];
    for (let e = Math.floor(a); e <= b; e++)
      for (const m of b - a < 2.2 ? [1, 2, 5] : [1]) if (m * 10 ** e >= lower * 0.999 && m * 10 ** e <= upper * 1.001) ticks.push(m * 10 ** e);
    return { at, ticks, log, lower, upper };
  }
  if (lower > 0 && lower < 0.35 * upper) lower = 0;
  if (lower === upper) { lower -= Math.abs(lower) * 0.1 || 1; upper += Math.abs(upper) * 0.1 || 1; }
  const at = (v: number) => pad + ((v - lower) / (upper - lower)) * (width - 2 * pad);
  return { at, ticks: niceTicks(lower, upper, wanted), log, lower, upper };
}

function niceTicks(lower: number, upper: number, wanted: number): number[] {
  const raw = (upper - lower) / Math.max(wanted, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(m => m * power).find(x => x >= raw)!;
  const ticks: number[] = [];
  for (let v = Math.ceil(lower / step - 1e-9) * step; v <= upper + step * 1e-9; v += step) ticks.push(Math.abs(v) < step * 1e-9 ? 0 : v);
  return ticks;
}

/** Baseline, ticks and their labels. */
export function axisMarks(axis: Axis, y: number, width: number, format: (v: number) => string): SVGElement {
  return s("g", null,
    s("line", { x1: 0, x2: width, y1: y, y2: y, stroke: HAIR }),
    axis.ticks.map(t => {
      const x = axis.at(t);
      return [s("line", { x1: x, x2: x, y1: y, y2: y + 4, stroke: MUTED }),
        s("text", { x: Math.min(Math.max(x, 10), width - 10), y: y + 15, "text-anchor": "middle", class: "tick" }, format(t))];
    }));
}

/** Dot and line: the median and its interval. */
export function dotAndLine(axis: Axis, y: number, median: number, lower: number, upper: number, colour = INK, title = ""): SVGElement {
  return s("g", null, s("title", null, title),
    s("line", { x1: axis.at(lower), x2: axis.at(upper), y1: y, y2: y, stroke: colour, "stroke-width": 1.8 }),
    s("circle", { cx: axis.at(median), cy: y, r: 4.2, fill: colour }));
}

/** A distribution as ink that fades: nested bands from a two-piece normal with the given 90 % limits. */
export function fadingBand(axis: Axis, y: number, height: number, centre: number, lower90: number, upper90: number, colour = ACCENT): SVGElement {
  const levels = Array.from({ length: 28 }, (_, i) => 2.5 * (1 - i / 28));
  const floor = centre > 0 && lower90 >= 0 && !axis.log ? axis.at(0) : 0; // what cannot be negative is not drawn as if it could
  const place = (z: number, limit: number) => {
    const f = z / 1.645;
    return axis.log && centre > 0 && limit > 0 ? axis.at(centre * (limit / centre) ** f) : axis.at(centre + (limit - centre) * f);
  };
  return s("g", null,
    levels.map(z => {
      const x1 = Math.max(place(z, lower90), floor, 0), x2 = place(z, upper90);
      return s("rect", { x: Math.min(x1, x2), y, width: Math.max(Math.abs(x2 - x1), 0.5), height, fill: colour, "fill-opacity": 0.042 });
    }),
    s("line", { x1: axis.at(centre), x2: axis.at(centre), y1: y - 1, y2: y + height + 1, stroke: colour, "stroke-width": 2 }));
}

/** The truth of a virtual patient, always as a plus in its own colour. */
export function truthMark(axis: Axis, y: number, value: number, title: string): SVGElement {
  const x = axis.at(value);
  return s("g", { stroke: TRUTH, "stroke-width": 2 }, s("title", null, title), s("line", { x1: x - 5, x2: x + 5, y1: y, y2: y }), s("line", { x1: x, x2: x, y1: y - 5, y2: y + 5 }));
}
