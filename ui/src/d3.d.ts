/** The few functions of d3 that are used directly; the modules carry no types of their own. */
declare module "d3-scale-chromatic" {
  export function interpolateViridis(t: number): string;
  export function interpolateCividis(t: number): string;
  export function interpolatePuOr(t: number): string;
  export function interpolateMagma(t: number): string;
}
declare module "d3-contour" {
  interface Contours { size(size: [number, number]): Contours; smooth(on: boolean): Contours; contour(values: number[], threshold: number): { coordinates: [number, number][][][] }; }
  export function contours(): Contours;
}
