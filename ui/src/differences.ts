/** What differs between two visits, ranked: first what has a share, then what differs without one, then what nobody recorded. */
import { h, s } from "./dom.ts";
import { ROUNDING, sharePercent } from "./budget.ts";
import type { ComparabilityCell } from "./model.ts";

type Difference = ComparabilityCell["differences"][number];
export interface Ranked {
  /** Shares of 1 % and more, largest first; at least the largest one. */
  leading: Difference[];
  /** Shares below 1 %. */
  small: Difference[];
  /** Recorded at both visits, without a share. By effect. */
  without: [effect: string, Difference[]][];
  /** Not recorded at one visit or both, without a share. By effect. */
  unknown: [effect: string, Difference[]][];
}

/** Sorts differences into what a reader looks at first and what only has to be there. */
export function rank(all: readonly Difference[]): Ranked {
  const differences = all.filter(d => !(d.share > 0 && d.share <= ROUNDING)); // an error that cancelled is no difference
  const shared = differences.filter(d => d.share > 0).sort((a, b) => b.share - a.share);
  const rest = differences.filter(d => !(d.share > 0));
  return {
    leading: shared.filter((d, i) => i === 0 || d.share >= 0.01),
    small: shared.filter((d, i) => i > 0 && d.share < 0.01),
    without: byEffect(rest.filter(d => d.from != null && d.to != null)),
    unknown: byEffect(rest.filter(d => d.from == null || d.to == null)),
  };
}

function byEffect(differences: Difference[]): [string, Difference[]][] {
  const groups = new Map<string, Difference[]>();
  for (const d of differences) groups.set(d.effect, [...(groups.get(d.effect) ?? []), d]);
  return [...groups].sort((a, b) => b[1].length - a[1].length);
}

/** The list of one pair of visits. */
export function differences(list: readonly Difference[]): HTMLElement {
  if (list.length === 0) return h("p", { class: "muted" }, "No difference was found in what was recorded.");
  const r = rank(list);
  return h("div", { class: "differences-block" },
    r.leading.length ? h("ol", { class: "differences" }, r.leading.map(withShare)) : null,
    r.small.length ? h("details", { class: "numbers" }, h("summary", null, `${r.small.length} more, ${r.small.length === 1 ? "" : "each "}below 1 % of the variance`),
      h("ol", { class: "differences", start: r.leading.length + 1 }, r.small.map(withShare))) : null,
    group("Differ, without a share in the variance", r.without),
    group("Not recorded", r.unknown));
}

function withShare(d: Difference): HTMLElement {
  return h("li", null,
    h("div", { class: "difference" }, h("b", null, d.attribute), values(d), h("div", null, d.effect)),
    h("div", { class: "share" }, shareBar(d.share), h("span", null, sharePercent(d.share))));
}

function values(d: Difference): HTMLElement | null {
  return d.from == null && d.to == null ? null : h("span", { class: "muted" }, ` ${d.from ?? "not recorded"} → ${d.to ?? "not recorded"}`);
}

/** Attributes that do the same stand in one sentence: a long list of nothing hides what matters. */
function group(title: string, groups: [string, Difference[]][]): HTMLElement | null {
  if (groups.length === 0) return null;
  return h("div", { class: "difference-group" }, h("h4", null, title),
    groups.map(([effect, items]) => h("p", null,
      items.map((d, i) => [i ? ", " : "", h("b", null, d.attribute), values(d)]), effect ? `: ${effect}` : "")));
}

function shareBar(share: number): SVGSVGElement {
  return s("svg", { viewBox: "0 0 60 6", width: 60, height: 6, "aria-hidden": "true" },
    s("rect", { x: 0, y: 2.5, width: 60, height: 1, fill: "#d5dade" }), s("rect", { x: 0, y: 0, width: 60 * Math.min(Math.max(share, 0), 1), height: 6, fill: "#17608c" }));
}

/** One sentence for a list in words: what has a share of 1 % or more, and how many others there are. */
export function inWords(list: readonly Difference[]): string {
  const r = rank(list);
  const others = [...r.without, ...r.unknown].reduce((n, [, d]) => n + d.length, r.small.length);
  const named = r.leading.map(d => `${d.attribute}, ${d.effect} (${sharePercent(d.share)} of the variance)`).join("; ");
  if (!named) return others ? ` ${others} difference${others === 1 ? "" : "s"} in what was recorded, none with a share in the variance.` : "";
  return ` Differences: ${named}${others ? `; ${others} more with less or no share` : ""}.`;
}
