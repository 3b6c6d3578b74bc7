import assert from "node:assert/strict";
import { test } from "node:test";
import { colours } from "../src/layers.ts";
import type { ImageLayer } from "../src/model.ts";
import { loadVolume } from "../src/volume.ts";

/** Three sizes, three spacings, turned about z, first axis to the left: nothing that hides a swapped axis. */
const dims: [number, number, number] = [5, 7, 3], cos = Math.cos(0.3), sin = Math.sin(0.3);
const affine = [[-2 * cos, -3 * sin, 0, 11], [-2 * sin, 3 * cos, 0, -17], [0, 0, 4.5, 6], [0, 0, 0, 1]];
const mm = (i: number, j: number, k: number) => [0, 1, 2].map(r => affine[r]![0]! * i + affine[r]![1]! * j + affine[r]![2]! * k + affine[r]![3]!) as [number, number, number];
const layer = (kind: ImageLayer["kind"], colormap: ImageLayer["colormap"] = "viridis"): ImageLayer => ({ kind, name: "x", shownUnit: "", range: [10, 60], colormap, nifti: "" });

function loader(stored: ArrayLike<number>, slope = 1) {
  const image = { img: stored, hdr: { dims: [3, ...dims, 1, 1, 1, 1], affine, scl_slope: slope, scl_inter: 0, datatypeCode: 4, numBitsPerVoxel: 16 }, cal_min: 0, cal_max: 0 };
  return { image, loadFromBase64: () => Promise.resolve(image as never) };
}
const index = (i: number, j: number, k: number) => i + dims[0] * (j + dims[1] * k);

test("A point of the patient finds its voxel on a turned grid, and nothing outside of it", async () => {
  const stored = new Int16Array(105).map((_, i) => i + 1);
  const volume = await loadVolume(loader(stored, 0.5), layer("anatomy"), [10, 60]);
  for (const [i, j, k] of [[0, 0, 0], [4, 1, 2], [2, 6, 1], [3, 5, 0]] as const) assert.equal(volume.at(mm(i, j, k)), (index(i, j, k) + 1) * 0.5);
  assert.equal(volume.at(mm(-1, 0, 0)), null);
  assert.equal(volume.at(mm(0, 7, 0)), null);
});
test("A voxel without a value has none under the cursor and lies below the range in the picture", async () => {
  const stored = new Float32Array(105).fill(30);
  stored[index(1, 2, 1)] = 0; stored[index(2, 2, 1)] = NaN; stored[index(3, 2, 1)] = 500;
  const source = loader(stored), volume = await loadVolume(source, layer("map"), [10, 60]);
  assert.equal(volume.at(mm(1, 2, 1)), null);
  assert.equal(volume.at(mm(2, 2, 1)), null);
  assert.equal(volume.at(mm(3, 2, 1)), 500); // the picture is clamped, the value is not
  const shown = source.image.img as Float32Array;
  assert.ok(shown[index(1, 2, 1)]! < 10 && shown[index(2, 2, 1)]! < 10);
  assert.equal(shown[index(3, 2, 1)], 60);
});
test("No change is a value in a map of changes", async () => {
  const volume = await loadVolume(loader(new Float32Array(105)), layer("map", "diverging"), [-10, 10]);
  assert.equal(volume.at(mm(2, 3, 1)), 0);
});
test("The colours are those of the published maps", () => {
  assert.deepEqual(colours("viridis")[0], [68, 1, 84]); // first and last entry of viridis as matplotlib lists them, in 255ths
  assert.deepEqual(colours("viridis")[255], [253, 231, 37]);
  assert.deepEqual(colours("gray")[51], [51, 51, 51]);
});
