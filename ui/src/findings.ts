/** Part 8a: findings, worst first and each with its remedy, and what was assumed. */
import { h, refusal, section, table } from "./dom.ts";
import type { Finding, ReportModel } from "./model.ts";

const ORDER: Finding["severity"][] = ["error", "warning", "info"];
const WORDS = { error: ["■", "error"], warning: ["▲", "warning"], info: ["○", "note"] } as const;

export function findings(model: ReportModel): HTMLElement {
  const { findings: all, assumptions } = model.results;
  const count = (k: Finding["severity"]) => all.filter(f => f.severity === k).length;
  const counts = ORDER.map(k => [k, count(k)] as const).filter(([, n]) => n > 0).map(([k, n]) => `${n} ${WORDS[k][1]}${n === 1 ? "" : "s"}`);
  return section("findings", "Findings and assumptions",
    all.length === 0 ? refusal("Nothing was found wrong, missing or contradictory in the input.") : [
      h("p", { class: "lead" }, counts.join(", ") + ". Worst first; what is alike stands together."),
      h("ul", { class: "findings" }, groups(all).map(group))],
    h("h3", null, "Assumed"),
    assumptions.length === 0 ? refusal("Nothing was assumed.") : table(["What", "Value", "Source"], assumptions.map(a => [a.text, a.value, a.source])));
}

/** Findings of one code and one remedy are said once, with their places. */
export function groups(all: readonly Finding[]): Finding[][] {
  const byKey = new Map<string, Finding[]>();
  for (const f of all) {
    const key = JSON.stringify([f.severity, f.code, f.remedy]);
    byKey.set(key, [...(byKey.get(key) ?? []), f]);
  }
  return [...byKey.values()].sort((a, b) => ORDER.indexOf(a[0]!.severity) - ORDER.indexOf(b[0]!.severity));
}

function group(list: Finding[]): HTMLElement {
  const first = list[0]!;
  const [glyph, word] = WORDS[first.severity] ?? ["○", first.severity];
  const alike = list.length > 1 && list.every(f => f.expected === first.expected); // then what was expected is said once, below
  const places = (shown: Finding[]) => h("ul", { class: "places" }, shown.map(f => h("li", null, h("b", null, f.about), `: ${f.found}`, f.expected && !alike ? h("span", { class: "muted" }, ` Expected: ${f.expected}`) : null)));
  return h("li", { class: `finding finding-${first.severity}` },
    h("div", { class: "finding-head" }, h("span", { class: "severity" }, h("span", { "aria-hidden": "true" }, glyph), ` ${word}`), h("code", null, first.code), list.length > 1 ? h("span", { class: "muted" }, ` at ${list.length} places`) : null),
    list.length > 4 ? [places(list.slice(0, 3)), h("details", { "data-print": first.severity === "error" ? "open" : null }, h("summary", null, `${list.length - 3} more`), places(list.slice(3)))] : places(list),
    alike && first.expected ? h("p", { class: "remedy" }, h("b", null, "Expected: "), first.expected) : null,
    first.remedy ? h("p", { class: "remedy" }, h("b", null, "Remedy: "), first.remedy) : null);
}
