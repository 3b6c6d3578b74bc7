/** The viewer: every chosen visit side by side, layers as rows, one slice, one cross-hair and one scroll for all. */
import { shortDate } from "./dates.ts";
import { h } from "./dom.ts";
import { formatMeasured, formatPlain, formatValue } from "./format.ts";
import type { ImageLayer, ReportModel } from "./model.ts";
import { Pane, PLANE_AXIS, type Plane } from "./pane.ts";
import { markIcon, scannerMarks } from "./palette.ts";
import { loadVolume, type Mm, type Volume } from "./volume.ts";
import { colourBar, layerKey, layersOf, sharedRange, type LayerChoice } from "./layers.ts";
import { keyboard } from "./keyboard.ts";

/** Most pictures at once: browsers give up graphics contexts beyond sixteen, phones beyond eight. */
const MOST_VISITS = 4;

/** Builds the viewer into `host`. Rejects where the browser gives no graphics context, so that the stills stay. */
export async function openViewer(model: ReportModel, host: HTMLElement): Promise<void> {
  const library = await import("@niivue/niivue");
  await new Viewer(model, host, library).start();
}

class Viewer {
  private readonly layers: LayerChoice[];
  private readonly ids: string[];
  private chosen: string[];
  private shown: Set<string>;
  private plane: Plane = "axial";
  private mm: Mm = [0, 0, 0];
  private hover: Mm | null = null;
  private outlines = true;
  private panes = new Map<string, { pane: Pane; visit: string; choice: LayerChoice; readout: HTMLElement; open: boolean }>();
  private readonly volumes = new Map<string, Promise<Volume>>();
  private readonly ready = new Map<string, Volume>();
  private readonly grid = h("div", { class: "image-grid" });
  private readonly bar = h("div", { class: "image-controls" });
  private readonly slider = h("input", { type: "range", "aria-label": "Slice position, millimetres" });
  private readonly place = h("output", { class: "place" });
  private frame = 0;
  private focusVisit: string | null = null;
  private building = 0;

  constructor(private readonly model: ReportModel, private readonly host: HTMLElement, private readonly library: typeof import("@niivue/niivue")) {
    this.layers = layersOf(model);
    this.ids = model.images.filter(i => i.layers.length > 0).map(i => i.visit);
    this.chosen = spread(this.ids, this.most());
    const first = (kind: ImageLayer["kind"]) => this.layers.find(l => l.kind === kind);
    this.shown = new Set([first("anatomy"), first("map")].filter(l => l !== undefined).map(l => l.key));
    const u = first("uncertainty");
    if (this.ids.length === 1 && u) this.shown.add(u.key);
    if (this.shown.size === 0 && this.layers[0]) this.shown.add(this.layers[0].key);
  }

  async start(): Promise<void> {
    await this.findTumour();
    this.slider.addEventListener("input", () => { const a = PLANE_AXIS[this.plane]; this.mm = withAxis(this.mm, a, Number(this.slider.value)); this.refresh(); });
    const view = h("div", { class: "viewer", tabindex: 0, role: "group", "aria-label": "Images of all chosen visits. Arrow keys scroll slices, 1 to 9 jump to visits, u shows the uncertainty." },
      this.bar, this.grid,
      h("div", { class: "slice" }, this.slider, this.place),
      h("p", { class: "hint muted" }, h("kbd", null, "↑"), " ", h("kbd", null, "↓"), " slices · ", h("kbd", null, "1"), "–", h("kbd", null, "9"), " visits · ", h("kbd", null, "u"), " uncertainty · radiological convention: the patient's left is on the right"));
    view.addEventListener("wheel", e => { if (view.contains(document.activeElement) && e.target instanceof Element && e.target.closest(".pane")) { e.preventDefault(); this.scroll(e.deltaY < 0 ? 1 : -1); } }, { passive: false });
    this.host.replaceChildren(view);
    keyboard(view, { scroll: d => this.scroll(d), jump: i => this.jump(i), uncertainty: () => this.toggleUncertainty() });
    await this.build();
    new ResizeObserver(() => {
      if (this.chosen.length > this.most()) { this.chosen = spread(this.ids, this.most()); void this.build(); return; }
      let changed = false;
      for (const p of this.panes.values()) changed = p.pane.fit() || changed;
      if (changed) { this.frameAll(); this.refresh(); }
    }).observe(this.grid);
  }

  private most(): number {
    return window.innerWidth < 700 ? 2 : MOST_VISITS;
  }

  private volume(visit: string, layer: ImageLayer): Promise<Volume> {
    const key = `${visit}\u0000${layerKey(layer)}`;
    let loading = this.volumes.get(key);
    if (!loading) {
      loading = loadVolume(this.library.NVImage as never, layer, sharedRange(this.model, layer));
      this.volumes.set(key, loading);
      loading.then(v => this.ready.set(key, v), () => undefined);
    }
    return loading;
  }

  private layersOfVisit(visit: string): ImageLayer[] {
    return this.model.images.find(i => i.visit === visit)?.layers ?? [];
  }

  /** Begins where the first outline has its largest slice; without an outline, in the middle. */
  private async findTumour(): Promise<void> {
    for (const visit of this.ids) {
      const mask = this.layersOfVisit(visit).find(l => l.kind === "mask" && l.outline !== false);
      if (!mask) continue;
      try {
        const volume = await this.volume(visit, mask), slices = new Map<number, { n: number; sum: Mm }>();
        volume.eachSet(mm => {
          const z = Math.round(mm[2] * 10) / 10, s = slices.get(z) ?? { n: 0, sum: [0, 0, 0] as Mm };
          s.n++; for (let a = 0; a < 3; a++) s.sum[a]! += mm[a]!;
          slices.set(z, s);
        });
        const largest = [...slices.values()].sort((a, b) => b.n - a.n)[0];
        if (largest) { this.mm = largest.sum.map(x => x / largest.n) as Mm; return; }
      } catch { /* an unreadable mask: the next visit may have a better one */ }
    }
    const layer = this.ids[0] === undefined ? undefined : this.layersOfVisit(this.ids[0])[0];
    if (!layer) return;
    const { bounds } = await this.volume(this.ids[0]!, layer);
    this.mm = bounds.lower.map((v, a) => (v + bounds.upper[a]!) / 2) as Mm;
  }

  private async build(): Promise<void> {
    const turn = ++this.building;
    this.controls();
    for (const p of this.panes.values()) if (p.open) p.pane.element.querySelector<HTMLCanvasElement>("canvas.gl")?.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
    this.panes.clear();
    const rows = this.layers.filter(l => this.shown.has(l.key));
    const visits = this.ids.filter(v => this.chosen.includes(v));
    // One visit: its layers stand side by side, where there is room. More: each layer is a row of visits.
    const alone = visits.length === 1 && window.innerWidth >= 700;
    this.grid.style.setProperty("--visits", String(alone ? rows.length : visits.length));
    this.grid.classList.toggle("alone", alone);
    const marks = scannerMarks(this.model.visits), all = this.model.visits;
    this.grid.replaceChildren(
      ...visits.map(id => { const v = all.find(x => x.id === id); return h("div", { class: `visit-head${id === this.focusVisit ? " current" : ""}` }, v ? markIcon(marks(v.scannerState)) : null, h("b", null, v?.label ?? id), h("span", { class: "muted", title: v?.time ?? "" }, v ? shortDate(v.time) : "")); }),
      ...rows.flatMap((choice, row) => [
        h("div", { class: "layer-head", style: alone ? `grid-column:${row + 1};grid-row:2` : null }, h("span", null, choice.kind === "truth" ? `${choice.name} (truth of the virtual patient)` : choice.name), colourBar(this.model, choice)),
        ...visits.map(visit => {
          const pane = new Pane(), readout = h("div", { class: "readout" });
          this.panes.set(`${visit}\u0000${choice.key}`, { pane, visit, choice, readout, open: false });
          this.listen(pane);
          return h("div", { class: "pane-cell", style: alone ? `grid-column:${row + 1};grid-row:3` : null }, pane.element, readout);
        })]));
    for (const p of [...this.panes.values()]) {
      if (turn !== this.building) return;
      try { await p.pane.open(this.library, p.choice.kind !== "anatomy"); }
      catch (error) {
        if (turn === 1) throw error; // at the start the stills stand in
        p.pane.say("The graphics card has no room for this picture; put another layer or visit away.");
        continue;
      }
      p.open = true;
      const own = this.layersOfVisit(p.visit), layer = own.find(l => layerKey(l) === p.choice.key);
      const masks = await Promise.all(own.filter(l => l.kind === "mask" && l.outline !== false).map(l => this.volume(p.visit, l).catch(() => null)));
      const volume = layer ? await this.volume(p.visit, layer).catch(() => null) : null;
      if (turn !== this.building) return;
      p.pane.show(volume, masks.filter(m => m != null), layer ? "This layer could not be read." : `No ${p.choice.name} at this visit.`);
      this.range();
      p.pane.draw(this.mm, this.plane);
      const of = uncertaintyOf(own, layer);
      if (of) await this.volume(p.visit, of).catch(() => null);
    }
    this.frameAll();
    this.refresh();
  }

  /** One scale for all: a tumour that looks larger is larger. */
  private frameAll(): void {
    const open = [...this.panes.values()].filter(p => p.open).map(p => ({ pane: p.pane, own: p.pane.natural(this.mm, this.plane) }));
    const known = open.flatMap(p => (p.own ? [p.own] : []));
    if (known.length === 0) return;
    const largest = known.reduce((a, b) => (b.half > a.half ? b : a));
    for (const p of open) if (p.own) p.pane.frame(p.own, largest);
  }

  private controls(): void {
    const toggle = (label: string, on: boolean, click: () => void, more: Record<string, string> = {}) => h("button", { type: "button", "aria-pressed": String(on), onclick: click, ...more }, label);
    const planes: Plane[] = ["axial", "coronal", "sagittal"];
    const hasMask = this.model.images.some(i => i.layers.some(l => l.kind === "mask"));
    const marks = scannerMarks(this.model.visits);
    this.bar.replaceChildren(
      h("div", { class: "group", role: "group", "aria-label": "Layers" }, this.layers.map(l => toggle(l.kind === "truth" ? `Truth: ${l.name}` : l.name, this.shown.has(l.key), () => this.toggleLayer(l.key)))),
      h("div", { class: "group", role: "group", "aria-label": "Plane" }, planes.map(p => toggle(p, p === this.plane, () => { this.plane = p; this.controls(); this.range(); this.frameAll(); this.refresh(); }))),
      hasMask ? h("div", { class: "group" }, toggle("outline", this.outlines, () => { this.outlines = !this.outlines; void this.build(); })) : null as never,
      this.ids.length > this.most() ? h("div", { class: "group visits", role: "group", "aria-label": "Visits shown" }, this.ids.map(id => {
        const i = this.model.visits.findIndex(v => v.id === id), v = this.model.visits[i];
        return h("button", { type: "button", "aria-pressed": String(this.chosen.includes(id)), title: v ? `${v.label}, ${shortDate(v.time)}` : id, onclick: () => this.toggleVisit(id) }, v ? markIcon(marks(v.scannerState)) : null, String(i + 1));
      })) : "");
    for (const text of [...this.bar.childNodes]) if (text.nodeType === Node.TEXT_NODE) text.remove();
  }

  private toggleLayer(key: string): void {
    if (this.shown.has(key)) { if (this.shown.size > 1) this.shown.delete(key); }
    else {
      this.shown.add(key);
      if (this.shown.size > 3) this.shown.delete([...this.shown][0]!);
    }
    void this.build();
  }

  /** Shows the uncertainty of the maps that are shown, or puts it away again. */
  private toggleUncertainty(): void {
    const all = this.layers.filter(l => l.kind === "uncertainty");
    if (all.length === 0) return;
    const on = all.filter(l => this.shown.has(l.key));
    if (on.length) { for (const l of on) this.shown.delete(l.key); if (this.shown.size === 0) this.shown.add(this.layers[0]!.key); void this.build(); }
    else this.toggleLayer(all[0]!.key);
  }

  private toggleVisit(id: string): void {
    if (this.chosen.includes(id)) { if (this.chosen.length > 1) this.chosen = this.chosen.filter(v => v !== id); }
    else this.chosen = [...this.chosen, id].slice(-this.most());
    void this.build();
  }

  private jump(index: number): void {
    const id = this.model.visits[index]?.id;
    if (id === undefined || !this.ids.includes(id)) return;
    this.focusVisit = id;
    this.host.scrollIntoView({ block: "nearest" });
    if (this.chosen.includes(id)) {
      const shown = this.ids.filter(v => this.chosen.includes(v));
      this.grid.querySelectorAll(".visit-head").forEach((e, i) => e.classList.toggle("current", shown[i] === id));
    } else this.toggleVisit(id);
  }

  private scroll(direction: number): void {
    const a = PLANE_AXIS[this.plane], step = Number(this.slider.step) || 1;
    const next = Math.min(Math.max(this.mm[a] + direction * step, Number(this.slider.min)), Number(this.slider.max));
    this.mm = withAxis(this.mm, a, next);
    this.refresh();
  }

  /** The slider spans what is loaded, in steps of the finest grid. */
  private range(): void {
    const a = PLANE_AXIS[this.plane], volumes = [...this.ready.values()];
    if (volumes.length === 0) return;
    this.slider.min = String(Math.min(...volumes.map(v => v.bounds.lower[a])));
    this.slider.max = String(Math.max(...volumes.map(v => v.bounds.upper[a])));
    this.slider.step = String(Math.min(...volumes.map(v => v.step[a])));
  }

  private listen(pane: Pane): void {
    const at = (e: PointerEvent) => { const box = pane.element.getBoundingClientRect(); return pane.mmAt(e.clientX - box.left, e.clientY - box.top); };
    pane.element.addEventListener("pointerdown", e => { const mm = at(e); if (mm) { this.mm = mm; this.refresh(); } });
    pane.element.addEventListener("pointermove", e => {
      const mm = at(e);
      if (!mm) return;
      if (e.buttons & 1) this.mm = mm;
      this.hover = mm;
      this.refresh();
    });
    pane.element.addEventListener("pointerleave", () => { this.hover = null; this.refresh(); });
  }

  private refresh(): void {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const a = PLANE_AXIS[this.plane];
      this.slider.value = String(this.mm[a]);
      this.place.textContent = `${this.plane}, ${["x", "y", "z"][a]} = ${formatPlain(Math.round(this.mm[a] * 10) / 10)} mm ${(this.mm[a] >= 0 ? ["R", "A", "S"] : ["L", "P", "I"])[a]}`;
      for (const p of this.panes.values()) {
        if (!p.open) continue;
        p.pane.outlines = this.outlines;
        p.pane.draw(this.mm, this.plane);
        p.readout.textContent = this.read(p.visit, p.choice, this.hover ?? this.mm);
      }
    });
  }

  /** The value under the cursor, or under the cross-hair while there is none, with its unit and u. */
  private read(visit: string, choice: LayerChoice, mm: Mm): string {
    const own = this.layersOfVisit(visit), layer = own.find(l => layerKey(l) === choice.key);
    if (!layer) return "";
    const sample = (l: ImageLayer | undefined) => l && this.ready.get(`${visit}\u0000${layerKey(l)}`)?.at(mm);
    const value = sample(layer);
    if (value == null) return "no value here";
    const u = sample(uncertaintyOf(own, layer));
    if (layer.kind === "uncertainty") return `u = ${formatValue(value, value, layer.shownUnit)}`;
    return layer.kind === "map" ? formatMeasured(value, u ?? null, layer.shownUnit) : `${formatValue(value, null, layer.shownUnit)}${layer.shownUnit === "" ? " (no unit)" : ""}`;
  }
}

/** The layer that holds the uncertainty of a map: by name, else by order. */
function uncertaintyOf(own: ImageLayer[], map: ImageLayer | undefined): ImageLayer | undefined {
  if (map?.kind !== "map") return undefined;
  const all = own.filter(l => l.kind === "uncertainty");
  return all.find(l => l.of === map.name) ?? all.filter(l => l.of == null)[own.filter(l => l.kind === "map").indexOf(map)];
}

function withAxis(mm: Mm, axis: number, value: number): Mm {
  const next: Mm = [...mm];
  next[axis] = value;
  return next;
}

/** First, last and what lies evenly between. */
function spread(ids: string[], most: number): string[] {
  if (ids.length <= most) return [...ids];
  return Array.from({ length: most }, (_, i) => ids[Math.round((i * (ids.length - 1)) / Math.max(most - 1, 1))]!);
}
