/** One layer of one visit: what NiiVue draws, and the values themselves for the cursor and the outline. */
import type { NVImage } from "@niivue/niivue";
import type { ImageLayer } from "./model.ts";

export type Mm = [number, number, number];

export interface Volume {
  layer: ImageLayer;
  /** What NiiVue draws. For maps: a copy clamped to the range, in which voxels without a value lie below it. */
  image: NVImage;
  /** The value of the voxel that holds this point of the patient; null outside the grid and where there is no value. */
  at(mm: Mm): number | null;
  /** Corners of the grid in patient millimetres (RAS). */
  bounds: { lower: Mm; upper: Mm };
  /** Smallest distance between neighbouring voxels along each patient axis. */
  step: Mm;
  /** Calls back for each voxel that is not zero. */
  eachSet(visit: (mm: Mm) => void): void;
}

type Loader = { loadFromBase64(options: object): Promise<NVImage> };

/** Name under which `transparentColormap` registers the map whose lowest step is see-through. */
export function transparentName(colormap: string): string { return `etalon-${colormap}`; }

/** Unpacks a layer. Throws where the base64 or the NIfTI inside cannot be read. */
export async function loadVolume(loader: Loader, layer: ImageLayer, range: [number, number]): Promise<Volume> {
  const holed = layer.kind === "map" || layer.kind === "uncertainty" || layer.kind === "truth";
  const image = await loader.loadFromBase64({
    base64: layer.nifti, name: "layer.nii.gz", colormap: holed ? transparentName(layer.colormap) : layer.colormap, opacity: 1, cal_min: range[0], cal_max: range[1],
  });
  const hdr = image.hdr!;
  const [nx, ny, nz] = [hdr.dims[1]!, hdr.dims[2]!, Math.max(hdr.dims[3]!, 1)];
  const slope = hdr.scl_slope === 0 || !Number.isFinite(hdr.scl_slope) ? 1 : hdr.scl_slope;
  const offset = Number.isFinite(hdr.scl_inter) ? hdr.scl_inter : 0;
  const stored = image.img as unknown as ArrayLike<number>;
  const affine = hdr.affine as number[][];
  const inverse = invert(affine);
  const value = (i: number) => stored[i]! * slope + offset; // `stored` stays as it was read; the picture gets a copy
  const missing = (v: number) => !Number.isFinite(v) || (holed && layer.colormap !== "diverging" && v === 0);

  if (holed) {
    const [lower, upper] = range, below = lower - (upper - lower);
    const shown = new Float32Array(nx * ny * nz);
    for (let i = 0; i < shown.length; i++) {
      const v = value(i);
      shown[i] = missing(v) ? below : Math.min(Math.max(v, lower), upper);
    }
    image.img = shown as never;
    hdr.scl_slope = 1; hdr.scl_inter = 0; hdr.datatypeCode = 16; hdr.numBitsPerVoxel = 32;
    // One step of 256 below the range belongs to "no value" and is see-through.
    image.cal_min = lower - (upper - lower) / 254; image.cal_max = upper;
  }
  const toMm = (i: number, j: number, k: number): Mm => [0, 1, 2].map(r => affine[r]![0]! * i + affine[r]![1]! * j + affine[r]![2]! * k + affine[r]![3]!) as Mm;
  const corners = [0, nx - 1].flatMap(i => [0, ny - 1].flatMap(j => [0, nz - 1].map(k => toMm(i, j, k))));
  const fold = (f: (...v: number[]) => number) => [0, 1, 2].map(a => f(...corners.map(c => c[a]!))) as Mm;
  return {
    layer, image,
    bounds: { lower: fold(Math.min), upper: fold(Math.max) },
    step: [0, 1, 2].map(r => Math.max(...[0, 1, 2].map(c => Math.abs(affine[r]![c]!)))) as Mm,
    at(mm) {
      const i = Math.round(inverse[0]![0]! * mm[0] + inverse[0]![1]! * mm[1] + inverse[0]![2]! * mm[2] + inverse[0]![3]!);
      const j = Math.round(inverse[1]![0]! * mm[0] + inverse[1]![1]! * mm[1] + inverse[1]![2]! * mm[2] + inverse[1]![3]!);
      const k = Math.round(inverse[2]![0]! * mm[0] + inverse[2]![1]! * mm[1] + inverse[2]![2]! * mm[2] + inverse[2]![3]!);
      if (!(i >= 0 && j >= 0 && k >= 0 && i < nx && j < ny && k < nz)) return null;
      const index = i + nx * (j + ny * k);
      const v = value(index);
      return missing(v) ? null : v;
    },
    eachSet(visit) {
      for (let k = 0, index = 0; k < nz; k++) for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++, index++) if (value(index) > 0.5) visit(toMm(i, j, k));
    },
  };
}

/** Inverse of a 3 × 4 affine by cofactors. */
function invert(m: number[][]): number[][] {
  const [a, b, c] = m as [number[], number[], number[]];
  const cof = (r: number[], q: number[], x: number, y: number) => r[x]! * q[y]! - r[y]! * q[x]!;
  const det = a[0]! * cof(b, c, 1, 2) - a[1]! * cof(b, c, 0, 2) + a[2]! * cof(b, c, 0, 1);
  const rows = [
    [cof(b, c, 1, 2), -cof(a, c, 1, 2), cof(a, b, 1, 2)],
    [-cof(b, c, 0, 2), cof(a, c, 0, 2), -cof(a, b, 0, 2)],
    [cof(b, c, 0, 1), -cof(a, c, 0, 1), cof(a, b, 0, 1)],
  ].map(r => r.map(x => x / det));
  return rows.map(r => [...r, -(r[0]! * a[3]! + r[1]! * b[3]! + r[2]! * c[3]!)]);
}
