/** Part 3: the images. Still pictures first; the viewer takes their place when it comes near the screen and WebGL2 is there. */
import { h, refusal, section } from "./dom.ts";
import type { ReportModel } from "./model.ts";
import { stills } from "./stills.ts";

export function images(model: ReportModel): HTMLElement {
  const title = "The images";
  if (model.images.length === 0) return section("images", title, refusal("No image came with this report."));
  const pictures = stills(model);
  const state = h("p", { class: "muted viewer-state", role: "status" });
  const host = h("div", { class: "viewer-host" });
  const part = section("images", title, host, state, pictures,
    model.imageNotice.length ? h("ul", { class: "notices" }, model.imageNotice.map(n => h("li", null, n))) : null);
  if (!model.images.some(i => i.layers.length > 0)) {
    state.textContent = "Only still pictures came with this report.";
    return part;
  }
  if (!document.createElement("canvas").getContext("webgl2")) {
    state.textContent = "This browser offers no WebGL2, so these are still pictures.";
    return part;
  }
  let begun = false;
  const begin = () => {
    if (begun) return;
    begun = true;
    watcher.disconnect();
    state.textContent = "The viewer is loading.";
    import("./viewer.ts").then(v => v.openViewer(model, host)).then(() => {
      state.textContent = "";
      pictures.classList.add("print-only");
    }, (error: unknown) => {
      host.replaceChildren();
      state.textContent = `The viewer could not start (${error instanceof Error ? error.message : "unknown reason"}); these are still pictures.`;
    });
  };
  const watcher = new IntersectionObserver(e => { if (e.some(x => x.isIntersecting)) begin(); }, { rootMargin: "600px" });
  watcher.observe(part);
  return part;
}
