/** Part 1: the answer, its limit, and the seal that says what it may be used for. */
import { longDate } from "./dates.ts";
import { h, s } from "./dom.ts";
import type { ReportModel, SealVerdict } from "./model.ts";
import { sealRank } from "./palette.ts";

export function answer(model: ReportModel): HTMLElement {
  const { sentence, limit, seal } = model.answer;
  const first = model.visits[0], last = model.visits[model.visits.length - 1];
  const span = first && last && first !== last ? `${longDate(first.time)} to ${longDate(last.time)}` : first ? longDate(first.time) : "";
  return h("header", { id: "answer", class: "answer" },
    h("div", { class: "who" },
      h("span", { class: "subject" }, model.subject),
      span ? h("span", null, `${model.visits.length === 1 ? "1 visit" : `${model.visits.length} visits`}, ${span}`) : null,
      h("span", { class: "research" }, "Research software, not for clinical use.")),
    h("div", { class: "answer-grid" },
      h("div", null,
        h("h1", null, sentence),
        h("p", { class: "limit" }, limit)),
      h("aside", { class: `seal seal-${sealRank(seal.verdict)}`, "aria-label": "Fitness for the purpose named" },
        h("p", { class: "seal-word" }, sealGlyph(seal.verdict), h("span", null, seal.verdict)),
        h("p", { class: "seal-for" }, "for ", h("b", null, seal.purpose)),
        seal.reasons.length ? h("ul", null, seal.reasons.map(r => h("li", null, r))) : null)),
    model.notices.length ? h("ul", { class: "notices" }, model.notices.map(n => h("li", null, n))) : null);
}

/** Four steps from fit to unfit, filled up to where this one stands: read by shape, not by colour. */
function sealGlyph(verdict: SealVerdict): SVGSVGElement {
  const rank = sealRank(verdict);
  const level = rank < 0 ? 0 : 4 - rank;
  return s("svg", { width: 34, height: 22, viewBox: "0 0 34 22", "aria-hidden": "true" },
    [0, 1, 2, 3].map(i => s("rect", { x: i * 9, y: 15 - i * 5, width: 6, height: 7 + i * 5, fill: i < level ? "currentColor" : "none", stroke: "currentColor", "stroke-width": 1.2 })));
}
