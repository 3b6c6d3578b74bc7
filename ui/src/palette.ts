/** Colours and shapes that mean something. All hold 4.5:1 on white as text or ink and are told apart by colour-blind readers. */
import { s } from "./dom.ts";
import type { SealVerdict, Visit } from "./model.ts";

export const INK = "#1d2125";
export const MUTED = "#59626b";
export const HAIR = "#d5dade";
export const ACCENT = "#17608c";
export const TRUTH = "#8a2f6b";

export interface StateMark { symbol: "circle" | "square" | "triangle" | "diamond2" | "star" | "times"; colour: string; }
const MARKS: StateMark[] = [
  { symbol: "circle", colour: "#17608c" },
  { symbol: "square", colour: "#b0480f" },
  { symbol: "triangle", colour: "#22744c" },
  { symbol: "diamond2", colour: "#7a4f9e" },
  { symbol: "star", colour: "#8a6a00" },
];
const UNKNOWN: StateMark = { symbol: "times", colour: "#59626b" };

/** Which shape and colour stands for which scanner state, in order of first appearance; the sixth state starts again with the first. `others`: states that no visit has. */
export function scannerMarks(visits: readonly Visit[], others: readonly (string | null)[] = []): (state: string | null) => StateMark {
  const states = [...new Set([...visits.map(v => v.scannerState), ...others].filter((x): x is string => x != null))];
  return state => (state == null ? UNKNOWN : MARKS[states.indexOf(state) % MARKS.length]!);
}

const PATHS: Record<StateMark["symbol"], string> = {
  circle: "M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0Z",
  square: "M-4.5,-4.5H4.5V4.5H-4.5Z",
  triangle: "M0,-5.6L5.4,4.2H-5.4Z",
  diamond2: "M0,-6L6,0L0,6L-6,0Z",
  star: "M0,-6L1.6,-2L6,-2L2.5,0.8L3.8,5L0,2.4L-3.8,5L-2.5,0.8L-6,-2L-1.6,-2Z",
  times: "M-4,-4L4,4M-4,4L4,-4",
};

/** The outline of a mark about the origin, for SVG. */
export function markPath(mark: StateMark): string { return PATHS[mark.symbol]; }

/** A mark as a small picture for legends and labels; it says nothing to a screen reader, the text beside it does. */
export function markIcon(mark: StateMark, open = false): SVGSVGElement {
  const line = mark.symbol === "times";
  return s("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", class: "mark", "aria-hidden": "true" },
    s("path", { d: markPath(mark), fill: open || line ? "#fff" : mark.colour, stroke: mark.colour, "stroke-width": open || line ? 1.8 : 0 }));
}

/** How far from "fit" a seal is: 0 to 3. */
export function sealRank(verdict: SealVerdict): number {
  return ["fit", "fit with guard band", "exploratory only", "unfit"].indexOf(verdict);
}

const GRADES: Record<string, { fill: string; ink: string; words: string }> = {
  A: { fill: "#dbe9f2", ink: INK, words: "same scanner state" },
  B: { fill: "#a9cbe0", ink: INK, words: "calibrated: differences well inside repeatability" },
  C: { fill: "#e9d9a8", ink: INK, words: "calibrated, with a wider interval" },
  D: { fill: "#dd9f6b", ink: INK, words: "direction of the change only" },
  X: { fill: "#ffffff", ink: "#9b1c1c", words: "not comparable: another measurand, or unbounded" },
};
/** Fill, ink and plain words of a comparability grade. */
export function gradeStyle(grade: string): { fill: string; ink: string; words: string } {
  return GRADES[grade] ?? { fill: "#fff", ink: MUTED, words: "no grade" };
}
