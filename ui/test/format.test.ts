import assert from "node:assert/strict";
import { test } from "node:test";
import { decimalsOf, formatInterval, formatMeasured, formatPlain, formatProbability, formatValue } from "../src/format.ts";

test("The uncertainty has two digits and the value ends where it ends", () => {
  assert.equal(formatMeasured(12.3456, 0.789, "mL"), "12.35 ± 0.79 mL");
  assert.equal(formatMeasured(1.1, 0.0412), "1.100 ± 0.041");
  assert.equal(formatMeasured(845.2, 23.7, "10⁻⁶ mm²/s"), "(845 ± 24) × 10⁻⁶ mm²/s");
  assert.equal(formatValue(845.2, 23.7, "10⁻⁶ mm²/s"), "845 × 10⁻⁶ mm²/s");
});
test("An uncertainty that rounds up to the next decade keeps two digits, not three", () => {
  assert.equal(formatMeasured(5, 0.0996), "5.00 ± 0.10");
  assert.equal(formatMeasured(5, 9.96), "5 ± 10");
  assert.equal(decimalsOf(0.1), 1 + 1);
  assert.equal(decimalsOf(0.000999), 4);
});
test("A negative value has a true minus and a rounded zero has none", () => {
  assert.equal(formatMeasured(-0.1234, 0.0567), "\u22120.123 ± 0.057");
  assert.equal(formatMeasured(-0.0004, 0.5), "0.00 ± 0.50");
});
test("Large uncertainties round the value to tens and hundreds", () => {
  assert.equal(formatMeasured(153.7, 123.4), "150 ± 120");
  assert.equal(formatMeasured(15370, 1234), "15\u202f400 ± 1200");
});
test("Very small and very large values share one power of ten with their uncertainty", () => {
  assert.equal(formatMeasured(0.00000085, 0.000000021, "mm²/s"), "(850 ± 21) × 10⁻⁹ mm²/s");
  assert.equal(formatMeasured(2.34e8, 1.2e6), "(234.0 ± 1.2) × 10⁶");
  assert.equal(formatMeasured(-2.34e8, 1.2e6), "(\u2212234.0 ± 1.2) × 10⁶");
  assert.equal(formatMeasured(0, 0.00002), "(0 ± 20) × 10⁻⁶");
});
test("Both sides of a power of ten are read in the form that suits them", () => {
  assert.equal(formatMeasured(0.00099, 0.00001), "(990 ± 10) × 10⁻⁶");
  assert.equal(formatMeasured(0.00101, 0.00001), "0.001010 ± 0.000010");
  assert.equal(formatMeasured(99999, 10), "99\u202f999 ± 10");
  assert.equal(formatMeasured(100001, 10), "(100.001 ± 0.010) × 10³");
});
test("Missing is a word and an exact value says so", () => {
  assert.equal(formatMeasured(null, 0.1, "mL"), "no value");
  assert.equal(formatMeasured(NaN, 0.1, "mL"), "no value");
  assert.equal(formatMeasured(3.14159, null, "mL"), "3.142 mL");
  assert.equal(formatMeasured(3, 0, "mL"), "3 mL (exact)");
});
test("Per cent and dimensionless units read as written", () => {
  assert.equal(formatMeasured(38.2, 4.1, "%"), "(38.2 ± 4.1) %");
  assert.equal(formatMeasured(0.31, 0.022, "1"), "0.310 ± 0.022");
});
test("A value alone has the digits of its uncertainty", () => {
  assert.equal(formatValue(12.3456, 0.789, "mL"), "12.35 mL");
  assert.equal(formatValue(12.3456), "12.35");
  assert.equal(formatValue(null), "no value");
});
test("An interval is rounded by its own width", () => {
  assert.equal(formatInterval(21.27, 57.4, "%"), "21.3 to 57.4 %");
  assert.equal(formatInterval(-0.5, 0.25), "\u22120.50 to 0.25");
  assert.equal(formatInterval(null, 1), "no value");
  assert.equal(formatInterval(2, 2), "2");
});
test("A probability is never rounded to certainty", () => {
  assert.equal(formatProbability(0.9999), "> 0.99");
  assert.equal(formatProbability(0.0001), "< 0.01");
  assert.equal(formatProbability(1), "1.00");
  assert.equal(formatProbability(0.934), "0.93");
});
test("A plain number drops trailing zeros", () => {
  assert.equal(formatPlain(1.5), "1.5");
  assert.equal(formatPlain(0), "0");
  assert.equal(formatPlain(1234567), "1.235 × 10⁶");
  assert.equal(formatPlain(-0.25), "\u22120.25");
});
