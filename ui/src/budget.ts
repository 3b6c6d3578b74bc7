/** A budget of uncertainty: one bar of variance shares and its table, the same for a measurement and for a change. */
import { h, s, table } from "./dom.ts";
import { formatPlain } from "./format.ts";
import type { BudgetPart } from "./model.ts";

const SHADES = ["#17608c", "#5b93b5", "#8a6a00", "#c0a650", "#59626b", "#939ca4", "#b9c0c6", "#d5dade"];
const shade = (i: number) => SHADES[Math.min(i, SHADES.length - 1)]!;

/** Below this a share is the rounding of doubles that cancelled: 1e-16 relative, squared, with room. */
export const ROUNDING = 1e-20;

/** Largest share first; what holds no share (an error that cancelled in a difference) stands apart. */
export function rankedParts(parts: readonly BudgetPart[]): { shown: BudgetPart[]; cancelled: BudgetPart[] } {
  const sorted = [...parts].sort((a, b) => b.share - a.share);
  return { shown: sorted.filter(p => p.share > ROUNDING), cancelled: sorted.filter(p => !(p.share > ROUNDING)) };
}

/**
 * The bar and its table.
 * @param uUnit what stands after every u: "" where the row names the unit, "%" for a log ratio.
 * @param none what to say where there are no parts.
 */
export function budget(parts: readonly BudgetPart[], uUnit = "", none = "No budget: this value has no stated uncertainty."): HTMLElement {
  const { shown, cancelled } = rankedParts(parts);
  const shared = uUnit ? cancelled.filter(p => p.group != null) : [], nothing = cancelled.filter(p => !shared.includes(p));
  const names = (list: BudgetPart[]) => list.map(p => p.source).join("; ");
  const cancels = [shared.length ? h("p", { class: "muted cancels" }, `Cancels, since both visits share it: ${names(shared)}.`) : null,
    nothing.length ? h("p", { class: "muted cancels" }, `Adds nothing: ${names(nothing)}.`) : null];
  if (shown.length === 0) return parts.length === 0 ? h("p", { class: "muted" }, none) : h("div", null, cancels);
  let x = 0;
  const total = shown.reduce((t, p) => t + Math.max(p.share, 0), 0) || 1;
  const bar = s("svg", { viewBox: "0 0 100 5", preserveAspectRatio: "none", class: "budget", role: "img", "aria-label": `Shares of the variance: ${shown.map(p => `${p.source} ${sharePercent(p.share)}`).join(", ")}` },
    shown.map((p, i) => {
      const width = (100 * Math.max(p.share, 0)) / total;
      const rect = s("rect", { x, y: 0, width: Math.max(width - 0.25, 0.05), height: 5, fill: shade(i) }, s("title", null, `${p.source}: ${sharePercent(p.share)}`));
      x += width;
      return rect;
    }));
  const grouped = shown.some(p => p.group != null);
  return h("div", null, bar, table(["Source", "Share", uUnit ? `u, ${uUnit}` : "u", "Type", ...(grouped ? ["Shared with"] : [])],
    shown.map((p, i) => [h("span", { class: "keyed" }, h("span", { class: "swatch", style: `background:${shade(i)}` }), h("span", null, p.source)), sharePercent(p.share), formatPlain(p.u, 2), p.kind, ...(grouped ? [p.group ?? "–"] : [])]),
    { numeric: [1, 2], className: "small" }), cancels);
}

/** A share for people: "< 1 %" where it is there but small. */
export function sharePercent(share: number): string {
  const p = 100 * share;
  return p > 0 && p < 1 ? "< 1 %" : `${p.toFixed(0)} %`;
}
