/** One picture of the viewer: NiiVue draws the slice; outline, scale bar and L/R/A/P marks lie above it, computed from its own geometry. */
import type { Niivue, NVImage } from "@niivue/niivue";
import { contours } from "d3-contour";
import { h } from "./dom.ts";
import { colours } from "./layers.ts";
import type { Mm, Volume } from "./volume.ts";
import { transparentName } from "./volume.ts";

export type Plane = "axial" | "coronal" | "sagittal";
export const PLANE_AXIS: Record<Plane, 0 | 1 | 2> = { sagittal: 0, coronal: 1, axial: 2 };
const SLICE_TYPE: Record<Plane, number> = { axial: 0, coronal: 1, sagittal: 2 };
const OUTLINES = ["#ffd400", "#5fd3ff", "#ff9bd2"];
type Library = typeof import("@niivue/niivue");
interface Tile { leftTopMM: number[]; fovMM: number[]; AxyzMxy: number[]; axCorSag: number; }

export class Pane {
  readonly element: HTMLElement;
  private readonly gl = h("canvas", { class: "gl", "aria-hidden": "true" });
  private readonly over = h("canvas", { class: "over", "aria-hidden": "true" });
  private readonly edges = ["left", "right", "top", "bottom"].map(e => h("span", { class: `edge edge-${e}`, "aria-hidden": "true" }));
  private readonly message = h("span", { class: "pane-message" });
  private nv: Niivue | null = null;
  private shown: Volume | null = null;
  private masks: Volume[] = [];
  private mm: Mm = [0, 0, 0];
  /** Whether outlines of masks are drawn. */
  outlines = true;

  constructor() {
    this.element = h("div", { class: "pane" }, this.gl, this.over, this.edges, this.message);
  }

  /** Opens the picture's graphics context. @throws where the browser refuses one. */
  async open(library: Library, nearest: boolean): Promise<void> {
    this.fit();
    const nv = new library.Niivue({
      isResizeCanvas: false, interactive: false, isRadiologicalConvention: true, sagittalNoseLeft: true, isSliceMM: true, isNearestInterpolation: nearest,
      isOrientationTextVisible: false, isColorbar: false, isRuler: false, isOrientCube: false, crosshairWidth: 0, backColor: [0.043, 0.047, 0.055, 1],
      dragAndDropEnabled: false, logLevel: "silent", loadingText: "", sliceType: SLICE_TYPE.axial, isAntiAlias: false, show3Dcrosshair: false,
    } as ConstructorParameters<Library["Niivue"]>[0]);
    await nv.attachToCanvas(this.gl, false);
    for (const name of ["gray", "viridis", "cividis", "red", "magma", "diverging"] as const) nv.addColormap(transparentName(name), seeThrough(colours(name)) as never);
    this.gl.addEventListener("webglcontextlost", () => this.say("The graphics card gave up this picture."));
    this.nv = nv;
  }

  /** Puts a layer into the picture; null says why there is none. */
  show(volume: Volume | null, masks: Volume[], why: string): void {
    this.shown = volume; this.masks = masks;
    this.say(volume ? "" : why);
    const nv = this.nv;
    if (!nv) return;
    while (nv.volumes.length) nv.removeVolumeByIndex(0);
    if (volume) nv.addVolume(volume.image as NVImage);
  }

  say(text: string): void { this.message.textContent = text; }

  /** Middle and half-width in millimetres of the picture as it would fill the pane by itself; null while it shows nothing. */
  natural(mm: Mm, plane: Plane): { middle: Mm; half: number } | null {
    const nv = this.nv;
    if (!nv || !this.shown) return null;
    nv.scene.pan2Dxyzmm = [0, 0, 0, 1] as never;
    this.slice(mm, plane);
    const tile = this.tile();
    return tile && { middle: toMm(tile, 0.5, 0.5), half: Math.abs(tile.fovMM[0]!) / 2 };
  }

  /** Frames the picture so that all panes share one scale and one middle: zoom and pan as NiiVue's 2D view applies them. */
  frame(own: { middle: Mm; half: number }, shared: { middle: Mm; half: number }): void {
    const zoom = own.half / shared.half;
    if (this.nv) this.nv.scene.pan2Dxyzmm = [...own.middle.map((c, a) => c - shared.middle[a]! * zoom), zoom] as never;
  }

  /** Draws the slice through a point of the patient. */
  draw(mm: Mm, plane: Plane): void {
    this.mm = mm;
    const nv = this.nv;
    if (!nv || !this.shown) { this.over.getContext("2d")?.clearRect(0, 0, this.over.width, this.over.height); return; }
    this.slice(mm, plane);
    this.decorate();
  }

  private slice(mm: Mm, plane: Plane): void {
    const nv = this.nv!;
    if (nv.opts.sliceType !== SLICE_TYPE[plane]) nv.setSliceType(SLICE_TYPE[plane] as never);
    const frac = nv.mm2frac(mm as never);
    for (let a = 0; a < 3; a++) frac[a] = Math.min(Math.max(frac[a]!, 0), 1);
    nv.scene.crosshairPos = frac;
    nv.drawScene();
  }

  /** Takes the size the page gives it. */
  fit(): boolean {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const width = Math.round(this.element.clientWidth * ratio) || 256, height = Math.round(this.element.clientHeight * ratio) || 256;
    if (this.gl.width === width && this.gl.height === height) return false;
    for (const c of [this.gl, this.over]) { c.width = width; c.height = height; }
    return true;
  }

  /** The point of the patient under a point of this element (CSS pixels), on the slice shown. */
  mmAt(x: number, y: number): Mm | null {
    const tile = this.tile();
    if (!tile) return null;
    return toMm(tile, x / this.element.clientWidth, 1 - y / this.element.clientHeight);
  }

  private tile(): Tile | null {
    const tile = (this.nv as unknown as { screenSlices?: Tile[] })?.screenSlices?.[0];
    return tile && tile.AxyzMxy?.length >= 4 ? tile : null;
  }

  private decorate(): void {
    const tile = this.tile(), context = this.over.getContext("2d");
    if (!tile || !context) return;
    const { width, height } = this.over;
    const ratio = width / Math.max(this.element.clientWidth, 1);
    context.clearRect(0, 0, width, height);
    if (this.outlines) this.masks.forEach((m, i) => outline(context, tile, m, width, height, OUTLINES[i % OUTLINES.length]!, ratio));
    const mmPerPixel = Math.abs(tile.fovMM[0]!) / width;
    crosshair(context, tile, this.mm, width, height, ratio);
    scaleBar(context, mmPerPixel, width, height, ratio);
    // The marks are read off the geometry drawn, not assumed: which way does each edge lie from the middle?
    const middle = toMm(tile, 0.5, 0.5);
    const names = [["R", "L"], ["A", "P"], ["S", "I"]] as const;
    ([[0, 0.5], [1, 0.5], [0.5, 1], [0.5, 0]] as const).forEach(([fx, fy], i) => {
      const edge = toMm(tile, fx, fy), d = edge.map((v, a) => v - middle[a]!);
      const axis = d.reduce((best, v, a) => (Math.abs(v) > Math.abs(d[best]!) ? a : best), 0);
      this.edges[i]!.textContent = names[axis]![d[axis]! > 0 ? 0 : 1];
    });
  }
}

/** A point of the picture (fractions from left and bottom) in patient millimetres, as NiiVue itself computes it. */
function toMm(tile: Tile, fx: number, fy: number): Mm {
  const x = tile.leftTopMM[0]! + fx * tile.fovMM[0]!, y = tile.leftTopMM[1]! + fy * tile.fovMM[1]!, v = tile.AxyzMxy;
  const z = v[2]! + v[4]! * (y - v[1]!) - v[3]! * (x - v[0]!);
  return tile.axCorSag === 1 ? [x, z, y] : tile.axCorSag === 2 ? [z, x, y] : [x, y, z];
}

function toPixel(tile: Tile, mm: Mm, width: number, height: number): [number, number] {
  const [a, b] = tile.axCorSag === 1 ? [mm[0], mm[2]] : tile.axCorSag === 2 ? [mm[1], mm[2]] : [mm[0], mm[1]];
  return [((a - tile.leftTopMM[0]!) / tile.fovMM[0]!) * width, (1 - (b - tile.leftTopMM[1]!) / tile.fovMM[1]!) * height];
}

function outline(context: CanvasRenderingContext2D, tile: Tile, mask: Volume, width: number, height: number, colour: string, ratio: number): void {
  const n = 160, m = Math.max(2, Math.round((n * height) / width));
  const grid = new Array<number>(n * m);
  let any = false;
  for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) {
    const inside = (mask.at(toMm(tile, (i + 0.5) / n, 1 - (j + 0.5) / m)) ?? 0) > 0.5;
    grid[i + n * j] = inside ? 1 : 0;
    any ||= inside;
  }
  if (!any) return;
  const shape = contours().size([n, m]).smooth(true).contour(grid, 0.5);
  context.beginPath();
  for (const polygon of shape.coordinates) for (const ring of polygon) ring.forEach((p, i) => (i ? context.lineTo : context.moveTo).call(context, (p[0]! / n) * width, (p[1]! / m) * height));
  context.lineWidth = 3 * ratio; context.strokeStyle = "rgba(0,0,0,.55)"; context.stroke();
  context.lineWidth = 1.4 * ratio; context.strokeStyle = colour; context.stroke();
}

function crosshair(context: CanvasRenderingContext2D, tile: Tile, mm: Mm, width: number, height: number, ratio: number): void {
  const [x, y] = toPixel(tile, mm, width, height), gap = 7 * ratio;
  context.beginPath();
  for (const [x1, y1, x2, y2] of [[0, y, x - gap, y], [x + gap, y, width, y], [x, 0, x, y - gap], [x, y + gap, x, height]] as const) { context.moveTo(x1, y1); context.lineTo(x2, y2); }
  context.lineWidth = ratio; context.strokeStyle = "rgba(255,255,255,.42)"; context.stroke();
}

function scaleBar(context: CanvasRenderingContext2D, mmPerPixel: number, width: number, height: number, ratio: number): void {
  const length = [100, 50, 20, 10, 5, 2, 1].find(mm => mm / mmPerPixel < width * 0.34) ?? 1;
  const x = 10 * ratio, y = height - 11 * ratio, w = length / mmPerPixel;
  context.fillStyle = "rgba(0,0,0,.6)"; context.fillRect(x - 1 * ratio, y - 1 * ratio, w + 2 * ratio, 4 * ratio);
  context.fillStyle = "#fff"; context.fillRect(x, y, w, 2 * ratio);
  context.font = `${11 * ratio}px system-ui, sans-serif`; context.textBaseline = "bottom";
  context.lineWidth = 3 * ratio; context.strokeStyle = "rgba(0,0,0,.7)";
  context.strokeText(`${length} mm`, x, y - 2 * ratio); context.fillText(`${length} mm`, x, y - 2 * ratio);
}

/** A map for NiiVue whose lowest step, kept for "no value", is the night behind the pictures. */
function seeThrough(lut: [number, number, number][]): { R: number[]; G: number[]; B: number[]; A: number[]; I: number[] } {
  const index = Array.from({ length: 256 }, (_, i) => i), channel = (c: 0 | 1 | 2) => lut.map(rgb => rgb[c]);
  const night = (c: 0 | 1 | 2, value: number) => channel(c).map((v, i) => (i === 0 ? value : v));
  return { R: night(0, 11), G: night(1, 12), B: night(2, 14), A: index.map(i => (i === 0 ? 0 : 255)), I: index };
}
