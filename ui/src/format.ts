/**
 * Numbers as people read them: rounded by their uncertainty, two significant digits of u, the same in text, table and plot.
 * Nothing here knows of the page.
 */
const MINUS = "\u2212";
const NARROW_SPACE = "\u202f";

/** What stands where a value could not be given. Missing is a word, never a number. */
export const NO_VALUE = "no value";

/**
 * value ± u with its unit, for example "(1.10 ± 0.04) × 10⁻³ mm²/s".
 * @param u standard uncertainty in the unit of the value; null where none is known, 0 where the value is exact.
 */
export function formatMeasured(value: number | null, u: number | null, unit = ""): string {
  if (value == null || !Number.isFinite(value)) return NO_VALUE;
  const tail = tailOf(unit);
  if (u == null || !Number.isFinite(u) || u < 0) return formatPlain(value) + tail;
  if (u === 0) return formatPlain(value, 6) + tail + " (exact)";
  const exponent = sharedExponent(Math.max(Math.abs(value), u));
  const scale = 10 ** -exponent;
  const decimals = decimalsOf(u * scale);
  const pair = `${fixed(value * scale, decimals)} ± ${fixed(u * scale, decimals)}`;
  if (exponent === 0) return unit === "%" || isPower(unit) ? `(${pair})${tail}` : pair + tail;
  return `(${pair}) × 10${superscript(exponent)}${tail}`;
}

/** A value alone, but with no more digits than u allows; without u, `digits` significant digits. */
export function formatValue(value: number | null, u: number | null = null, unit = ""): string {
  if (value == null || !Number.isFinite(value)) return NO_VALUE;
  const tail = tailOf(unit);
  if (u == null || !(u > 0) || !Number.isFinite(u)) return formatPlain(value) + tail;
  const exponent = sharedExponent(Math.max(Math.abs(value), u));
  const text = fixed(value * 10 ** -exponent, decimalsOf(u * 10 ** -exponent));
  return (exponent === 0 ? text : `${text} × 10${superscript(exponent)}`) + tail;
}

/** "21 to 57" in the rounding its own width asks for: the half-width stands in for U, two digits of U/2. */
export function formatInterval(lower: number | null, upper: number | null, unit = ""): string {
  if (lower == null || upper == null || !Number.isFinite(lower) || !Number.isFinite(upper)) return NO_VALUE;
  const tail = tailOf(unit);
  const u = Math.abs(upper - lower) / 4;
  if (u === 0) return formatPlain(lower) + tail;
  const exponent = sharedExponent(Math.max(Math.abs(lower), Math.abs(upper)));
  const scale = 10 ** -exponent;
  const decimals = decimalsOf(u * scale);
  const pair = `${fixed(lower * scale, decimals)} to ${fixed(upper * scale, decimals)}`;
  if (exponent === 0) return isPower(unit) ? `(${pair})${tail}` : pair + tail;
  return `(${pair}) × 10${superscript(exponent)}${tail}`;
}

/** A probability for people: "0.93", never 0 or 1 where that is only a matter of digits. */
export function formatProbability(p: number | null): string {
  if (p == null || !Number.isFinite(p)) return NO_VALUE;
  if (p > 0 && p < 0.005) return "< 0.01";
  if (p < 1 && p > 0.995) return "> 0.99";
  return p.toFixed(2);
}

/** A number without uncertainty, to some significant digits and without trailing zeros. */
export function formatPlain(value: number, digits = 4): string {
  if (value === 0) return "0";
  const exponent = sharedExponent(Math.abs(value));
  const text = String(Number((value * 10 ** -exponent).toPrecision(digits)));
  const number = grouped(text.replace("-", MINUS));
  return exponent === 0 ? number : `${number} × 10${superscript(exponent)}`;
}

/** Decimals that keep two significant digits of u; negative where u is 100 or more. */
export function decimalsOf(u: number): number {
  const digits = Number(u.toPrecision(2)); // 0.0996 becomes 0.10 and then has two digits, not three
  return 1 - Math.floor(Math.log10(digits) + 1e-12);
}

/** A unit like "10⁻⁶ mm²/s" multiplies; all others follow after a space; "1" is not said. */
function tailOf(unit: string): string {
  return unit === "" || unit === "1" ? "" : isPower(unit) ? ` × ${unit}` : ` ${unit}`;
}

function isPower(unit: string): boolean {
  return /^10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/.test(unit);
}

/** 0 for what reads well as it is (0.001 to 99 999), else a multiple of three that value and u share. */
function sharedExponent(magnitude: number): number {
  if (magnitude === 0 || (magnitude >= 1e-3 && magnitude < 1e5)) return 0;
  return 3 * Math.floor(Math.log10(magnitude) / 3 + 1e-12);
}

/** Rounds to `decimals` places, also to tens and hundreds where negative, with a true minus and no "-0". */
function fixed(value: number, decimals: number): string {
  const text = decimals >= 0 ? value.toFixed(Math.min(decimals, 20)) : String(Math.round(value * 10 ** decimals) * 10 ** -decimals);
  const zero = Number(text) === 0;
  return grouped(zero ? text.replace("-", "") : text.replace("-", MINUS));
}

function grouped(text: string): string {
  const [whole = "", rest] = text.split(".");
  const parted = whole.replace(MINUS, "").length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE);
  return rest === undefined ? parted : `${parted}.${rest}`;
}

/** 10 to the −3 as a reader sees it: "⁻³". */
export function superscript(n: number): string {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return (n < 0 ? "⁻" : "") + [...String(Math.abs(n))].map(d => digits[Number(d)]).join("");
}
