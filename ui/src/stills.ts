/** The pictures that need no graphics card: what print and old browsers show, and what stands until the viewer is ready. */
import { h } from "./dom.ts";
import type { ReportModel } from "./model.ts";

export function stills(model: ReportModel): HTMLElement {
  const some = model.images.filter(i => i.still != null);
  const label = (id: string) => model.visits.find(v => v.id === id)?.label ?? id;
  return h("div", { class: "stills" }, some.length === 0 ? h("p", { class: "muted" }, "No still pictures were made.") :
    some.map(i => h("figure", null, h("img", { src: stillUrl(i.still!), alt: i.stillAlt, decoding: "async" }), h("figcaption", null, label(i.visit)))),
    some.length ? h("p", { class: "muted" }, "Radiological convention: the patient's left is on the right.") : null);
}

/** Only base64 characters reach the address, whatever the model holds. */
function stillUrl(base64: string): string {
  return "data:image/png;base64," + base64.replace(/[^A-Za-z0-9+/=]/g, "");
}
