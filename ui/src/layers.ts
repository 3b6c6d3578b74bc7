/** Which layers there are over all visits, the range they share, and the bar that explains their colours. */
import { interpolateCividis, interpolateMagma, interpolatePuOr, interpolateViridis } from "d3-scale-chromatic";
import { h } from "./dom.ts";
import { formatPlain } from "./format.ts";
import type { ImageLayer, ReportModel } from "./model.ts";

export interface LayerChoice { key: string; kind: ImageLayer["kind"]; name: string; shownUnit: string; colormap: ImageLayer["colormap"]; sample: ImageLayer; }

export function layerKey(layer: ImageLayer): string { return `${layer.kind}\u0000${layer.name}`; }

/** Every layer that can be a picture, anatomy first; masks are outlines and not among them. */
export function layersOf(model: ReportModel): LayerChoice[] {
  const order: ImageLayer["kind"][] = ["anatomy", "map", "uncertainty", "truth"];
  const found = new Map<string, LayerChoice>();
  for (const layer of model.images.flatMap(i => i.layers)) {
    if (!order.includes(layer.kind) || found.has(layerKey(layer))) continue;
    found.set(layerKey(layer), { key: layerKey(layer), kind: layer.kind, name: layer.name, shownUnit: layer.shownUnit, colormap: layer.colormap, sample: layer });
  }
  return [...found.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

/** One range for a layer over all visits, so that one colour is one value. Anatomy has no such scale and keeps its own. */
export function sharedRange(model: ReportModel, layer: ImageLayer): [number, number] {
  if (layer.kind === "anatomy" || layer.kind === "mask") return layer.range;
  const alike = model.images.flatMap(i => i.layers).filter(l => layerKey(l) === layerKey(layer));
  const lower = Math.min(...alike.map(l => l.range[0])), upper = Math.max(...alike.map(l => l.range[1]));
  return upper > lower ? [lower, upper] : [lower, lower + 1];
}

/** Colour bar with unit and range. Anatomy without a unit says that its brightness is no measurement. */
export function colourBar(model: ReportModel, choice: LayerChoice): HTMLElement {
  const [lower, upper] = sharedRange(model, choice.sample);
  if (choice.kind === "anatomy") return h("span", { class: "colour-bar muted" }, "brightness is not a measured value");
  const stops = Array.from({ length: 13 }, (_, i) => colour(choice.colormap, i / 12)).join(",");
  const unit = choice.shownUnit === "1" ? "" : choice.shownUnit;
  return h("span", { class: "colour-bar", role: "img", "aria-label": `Colours from ${formatPlain(lower)} to ${formatPlain(upper)} ${unit}, the same at all visits` },
    h("span", null, formatPlain(lower)), h("span", { class: "ramp", style: `background:linear-gradient(90deg,${stops})` }), h("span", null, formatPlain(upper)), h("span", { class: "muted" }, unit));
}

/** The 256 colours of a map, as the picture and its bar both use them. */
export function colours(map: ImageLayer["colormap"]): [number, number, number][] {
  return Array.from({ length: 256 }, (_, i) => {
    const c = colour(map, i / 255);
    const parts = c.startsWith("#") ? [1, 3, 5].map(at => parseInt(c.slice(at, at + 2), 16)) : (c.match(/\d+(\.\d+)?/g) ?? []).map(Number);
    return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
  });
}

function colour(map: ImageLayer["colormap"], t: number): string {
  switch (map) {
    case "viridis": return interpolateViridis(t);
    case "cividis": return interpolateCividis(t);
    case "diverging": return interpolatePuOr(1 - t);
    case "magma": return interpolateMagma(t);
    case "red": return `rgb(${Math.round(255 * t)},0,0)`;
    case "gray": return `rgb(${Math.round(255 * t)},${Math.round(255 * t)},${Math.round(255 * t)})`;
  }
}
