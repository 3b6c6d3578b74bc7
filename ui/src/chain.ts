/** The chain of calibration: which phantom sessions tie which scanner state to the reference values, and with what gain. */
import * as Plot from "@observablehq/plot";
import { DayAxis, longDate } from "./dates.ts";
import { h, named, numbersOf, refusal, responsive, s } from "./dom.ts";
import { formatPlain } from "./format.ts";
import type { Calibration, CalibrationState, ReportModel } from "./model.ts";
import { ACCENT, HAIR, INK, MUTED, markIcon, markPath, scannerMarks, type StateMark } from "./palette.ts";
import { axisMarks, axisOver, dotAndLine, type Axis } from "./strip.ts";
import { visitRules, xScale, type TimeFrame } from "./timeplot.ts";

const ROW = 66, LINE = 32, TICK = 42, WORD = 60, BAD = "#9b1c1c";
type Marks = (state: string | null) => StateMark;

export function chain(model: ReportModel): HTMLElement {
  const c = model.calibration;
  const title = h("h3", null, "The chain of calibration");
  const sentence = whyNone(c);
  if (c == null || sentence != null) return h("div", { class: "chain" }, title, refusal(sentence ?? ""));
  const marks = scannerMarks(model.visits, c.states.map(x => x.state));
  const sessions = c.states.flatMap(x => x.sessions);
  return h("div", { class: "chain" }, title,
    h("p", null, "An ADC is tied to a common scale by the phantom scans of the scanner state that it was measured in. Another state begins another chain; nothing joins two but the reference values."),
    h("ul", { class: "legend" },
      sessions.some(x => x.used) ? h("li", null, key(s("line", { x1: 0, x2: 0, y1: -5, y2: 5, stroke: INK, "stroke-width": 2 })), h("span", null, "phantom session, tied to the reference values")) : null,
      sessions.some(x => !x.used) ? h("li", null, key(s("path", { d: "M-4,-4L4,4M-4,4L4,-4", stroke: BAD, "stroke-width": 1.6 })), h("span", null, "phantom session without a calibration")) : null,
      c.states.some(x => x.status === "broken") ? h("li", null, key(s("line", { x1: -7, x2: 7, y1: 0, y2: 0, stroke: BAD, "stroke-width": 2, "stroke-dasharray": "3 2.5" })), h("span", null, "chain broken: state without a calibration")) : null),
    responsive("chain", width => drawn(model, c, marks, width)),
    h("div", { class: "strips" }, gains(c, marks)),
    chainTable(model, c));
}

/** Why there is no chain to draw, in a sentence; null where there is one. */
export function whyNone(c: Calibration | null | undefined): string | null {
  if (c == null || c.states.length === 0) return "Nothing is known of the scanners of these visits, so there is no chain of calibration to draw.";
  if (c.states.every(x => x.state == null)) return "No visit records both the serial number and the software version of its scanner, so there is no scanner state that a calibration could belong to.";
  if (c.states.every(x => x.status === "not needed" || x.state == null)) return "No ADC was measured and no phantom was scanned, so no chain of calibration is needed.";
  return null;
}

function key(mark: SVGElement): SVGSVGElement {
  return s("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", class: "mark", "aria-hidden": "true" }, mark);
}

/* ---- over time ---- */

function frameOf(model: ReportModel, c: Calibration): TimeFrame {
  const days = [...model.visits.map(v => v.day), ...c.scanners.flatMap(x => x.segments.flatMap(g => [g.from, g.to])), ...c.states.flatMap(x => x.sessions.map(p => p.day))].filter(Number.isFinite);
  const first = Math.min(...days), last = Math.max(...days), axis = new DayAxis(model.visits);
  const pad = Math.max((last - first) * 0.035, last - first < 6 ? 6 : 1);
  return { axis, first, last, domain: [axis.date(first - pad), axis.date(last + pad)] };
}

function drawn(model: ReportModel, c: Calibration, marks: Marks, width: number): Node {
  const frame = frameOf(model, c);
  const below = c.scanners.length * ROW + 8, height = below + (c.reference ? 62 : 26);
  const everything = (_index: unknown, scales: { x?: (v: unknown) => number }) => {
    const x = (day: number) => scales.x!(frame.axis.date(day));
    return s("g", null,
      c.reference ? s("g", null, s("line", { x1: 0, x2: width, y1: below, y2: below, stroke: INK }), s("line", { x1: 0, x2: width, y1: below + 3, y2: below + 3, stroke: INK }),
        s("text", { x: 0, y: below + 20, "text-anchor": "start", class: "lab" }, `phantom reference values, u ${c.reference.shown}`)) : null,
      c.scanners.map((scanner, i) => row(model, c, scanner, marks, i * ROW, c.reference ? below : null, width, x)));
  };
  const plot = Plot.plot({
    width, height, marginLeft: 26, marginRight: 30, marginTop: 0, marginBottom: 24, x: { ...xScale(frame, width, true), ticks: Math.max(2, Math.floor(width / 140)) },
    style: { background: "none", fontSize: width < 560 ? "11px" : "12px", color: INK },
    marks: [visitRules(model, frame), everything as unknown as Plot.Markish],
  });
  const broken = c.states.filter(x => x.status === "broken").length, tied = c.states.filter(x => x.status === "calibrated").length;
  return named(plot, `Chain of calibration: ${c.scanners.length} ${c.scanners.length === 1 ? "scanner" : "scanners"}, ${tied} ${tied === 1 ? "state" : "states"} tied to phantom reference values, ${broken} with a broken chain`);
}

function row(model: ReportModel, c: Calibration, scanner: Calibration["scanners"][number], marks: Marks, top: number, reference: number | null, width: number, x: (day: number) => number): SVGElement {
  const states = c.states.filter(st => st.scanner === scanner.name);
  const of = (state: string | null) => states.find(st => st.state === state);
  const letters = Math.floor(width / 7.2);
  let wordEnd = -Infinity;
  return s("g", null,
    s("text", { x: 0, y: top + 13, "text-anchor": "start", class: "lab value" }, scanner.name.length > letters ? scanner.name.slice(0, letters - 1) + "…" : scanner.name, s("title", null, scanner.name)),
    scanner.segments.map(g => {
      const state = of(g.state), mark = marks(g.state), broken = state?.status === "broken";
      const from = x(g.from) - 7, to = x(g.to) + 7, middle = Math.min(Math.max((from + to) / 2, 46), width - 46);
      const word = state?.status === "broken" ? "not calibrated" : state?.status === "unknown" ? "unknown" : null;
      const room = word != null && middle - 44 > wordEnd;
      if (room) wordEnd = middle + 44;
      const untied = state?.status === "calibrated" && !state.sessions.some(p => p.used);
      return s("g", null, s("title", null, `${g.state ?? "scanner state unknown"}: ${state?.words ?? ""}`),
        g.state == null ? null : s("line", { x1: from, x2: to, y1: top + LINE, y2: top + LINE, stroke: broken ? BAD : mark.colour, "stroke-width": broken ? 2 : 3, ...(broken ? { "stroke-dasharray": "4 3" } : {}) }),
        broken ? [from - 3, to + 3].map(at => s("path", { d: `M${at},${top + LINE - 7}l3,3.5l-6,3.5l6,3.5l-3,3.5`, fill: "none", stroke: BAD, "stroke-width": 1.2 })) : null,
        untied && reference != null ? link((x(g.from) + x(g.to)) / 2, top + LINE, reference, mark.colour) : null,
        room ? s("text", { x: middle, y: top + WORD, "text-anchor": "middle", class: "tick value", style: broken ? `fill:${BAD}` : null }, word) : null);
    }),
    states.flatMap(st => st.sessions.map(p => session(p, x(p.day), top, st.status === "calibrated" ? reference : null, marks(st.state).colour))),
    states.flatMap(st => st.visits.map(id => visit(model, id, st, marks(st.state), top, x))));
}

function link(at: number, from: number, to: number, colour: string): SVGElement {
  return s("line", { x1: at, x2: at, y1: from, y2: to, stroke: colour, "stroke-width": 1.2, "stroke-opacity": 0.7 });
}

function session(p: CalibrationState["sessions"][number], at: number, top: number, reference: number | null, colour: string): SVGElement {
  const title = s("title", null, `phantom ${p.id}, ${longDate(p.time)} (${p.time})${p.used ? "" : ": gave no calibration"}`);
  if (!p.used) return s("g", null, title, s("path", { d: `M${at - 4},${top + TICK - 1}l8,8m-8,0l8,-8`, stroke: BAD, "stroke-width": 1.6 }));
  return s("g", null, title, reference == null ? null : link(at, top + TICK, reference, colour),
    s("line", { x1: at, x2: at, y1: top + LINE + 2, y2: top + TICK + 6, stroke: INK, "stroke-width": 2 }));
}

function visit(model: ReportModel, id: string, st: CalibrationState, mark: StateMark, top: number, x: (day: number) => number): SVGElement | null {
  const v = model.visits.find(w => w.id === id);
  if (!v) return null;
  const line = mark.symbol === "times";
  return s("path", { d: markPath(mark), transform: `translate(${x(v.day)},${top + LINE})`, fill: line ? "none" : mark.colour, stroke: line ? mark.colour : "#fff", "stroke-width": line ? 2 : 1.2 },
    s("title", null, `${v.label}, ${longDate(v.time)}; scanner state ${st.state ?? "unknown"}`));
}

/* ---- the gains ---- */

function gains(c: Calibration, marks: Marks): HTMLElement[] {
  const values = [1, ...c.states.flatMap(x => (x.gain ? [x.gain.lower, x.gain.upper] : [])), ...(c.reference ? [1 - 2 * c.reference.u, 1 + 2 * c.reference.u] : [])];
  const low = Math.min(...values), high = Math.max(...values), room = 0.06 * (high - low);
  const axis = (width: number) => axisOver([low - room, high + room], width, 12, width < 400 ? 3 : 5, Infinity);
  return [...c.states.map(x => strip(x, marks(x.state), axis)), ...(c.reference ? [referenceStrip(c.reference, axis)] : [])];
}

function strip(x: CalibrationState, mark: StateMark, axisAt: (width: number) => Axis): HTMLElement {
  const g = x.gain, name = x.state ?? "scanner state unknown";
  return h("div", { class: "strip chain-strip" },
    h("div", { class: "strip-name" }, h("span", { class: "state-name" }, markIcon(mark), h("b", null, name)), h("div", { class: "muted axis-note" }, x.scanner)),
    g == null ? h("div", { class: "gap" }, "no gain") : responsive("gain", width => {
      const axis = axisAt(width);
      return named(s("svg", { width, height: 22, viewBox: `0 0 ${width} 22` },
        s("line", { x1: axis.at(1), x2: axis.at(1), y1: 0, y2: 22, stroke: HAIR }),
        dotAndLine(axis, 11, g.value, g.lower, g.upper, mark.colour, `gain ${g.shown}, 95 %: ${g.shownInterval}`)), `Gain of ${name}: ${g.shown}, 95 %: ${g.shownInterval}`);
    }),
    h("div", { class: "strip-words" },
      g == null ? h("div", { class: x.status === "broken" ? "broken" : "muted" }, x.status === "broken" ? "not calibrated" : x.status) : h("div", null, "gain ", h("b", null, g.shown), h("span", { class: "muted" }, ` (95 %: ${g.shownInterval})`)),
      h("div", { class: "muted" }, x.words)));
}

function referenceStrip(reference: { u: number; shown: string }, axisAt: (width: number) => Axis): HTMLElement {
  return h("div", { class: "strip chain-strip" },
    h("div", { class: "strip-name" }, h("b", null, "Reference")),
    responsive("gain", width => {
      const axis = axisAt(width);
      return named(s("svg", { width, height: 42, viewBox: `0 0 ${width} 42` },
        s("rect", { x: axis.at(1 - 2 * reference.u), y: 4, width: Math.max(axis.at(1 + 2 * reference.u) - axis.at(1 - 2 * reference.u), 1), height: 12, fill: ACCENT, "fill-opacity": 0.16 }),
        s("line", { x1: axis.at(1), x2: axis.at(1), y1: 0, y2: 20, stroke: MUTED }),
        axisMarks(axis, 22, width, v => formatPlain(v, 3))), `Phantom reference values: 1, standard uncertainty ${reference.shown}`);
    }),
    h("div", { class: "strip-words" }, `phantom reference values, u ${reference.shown}`, h("div", { class: "muted" }, "Shared by all gains, and in none of the intervals above: it cancels between two calibrated states. Gain = reading / reference value; 1 reads true.")));
}

function chainTable(model: ReportModel, c: Calibration): HTMLElement {
  const label = (id: string) => model.visits.find(v => v.id === id)?.label ?? id;
  return numbersOf("the chain of calibration", ["Scanner state", "Scanner", "Calibration", "Visits", "Phantom sessions", "Gain ± U (k = 2)", "Interval, 95 %", "u of the reference"],
    c.states.map(x => [x.state ?? "unknown", x.scanner, x.status === "broken" ? "broken: not calibrated" : x.status, x.visits.map(label).join(", ") || "none",
      x.sessions.length ? h("span", null, x.sessions.map((p, i) => [i ? ", " : "", h("time", { datetime: p.time, title: p.time }, longDate(p.time)), p.used ? "" : " (not used)"])) : "none",
      x.gain?.shown ?? "no gain", x.gain?.shownInterval ?? "–", x.gain ? `${formatPlain(100 * x.gain.referenceU, 2)} %` : "–"]), [5, 6, 7]);
}
