/** Two diameters and the response category they give, beside our verdict from the volume with its uncertainty. */
import { longDate } from "./dates.ts";
import { h, table } from "./dom.ts";
import { formatPlain } from "./format.ts";
import type { ReportModel } from "./model.ts";

export function rano(model: ReportModel): HTMLElement {
  const title = h("h3", null, "Diameters and RANO category");
  if (model.rano.length === 0) return h("div", null, title, h("p", { class: "refusal" }, "No category: RANO speaks of the enhancing part of a brain tumour, and no region of that name was drawn. Diameters stand in the table above."));
  return h("div", null, title,
    h("p", { class: "lead" }, "What two diameters alone would say by RANO's thresholds, beside what the volume with its uncertainty says."),
    table(["Visit", "Date", "Diameters", "Product", "Category", "Against", "Etalon"],
      model.rano.map(r => {
        const visit = model.visits.find(v => v.id === r.visit);
        return [visit?.label ?? r.visit, h("span", { title: visit?.time ?? "" }, visit ? longDate(visit.time) : `day ${formatPlain(r.day)}`),
          r.diametersMm ? `${r.diametersMm[0].toFixed(1)} × ${r.diametersMm[1].toFixed(1)} mm` : h("i", null, "not measurable"),
          r.productMm2 == null ? h("i", null, "no value") : `${r.productMm2.toFixed(0)} mm²`, r.category, r.basis, h("b", null, r.ours)];
      }), { numeric: [2, 3] }));
}
