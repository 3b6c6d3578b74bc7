import assert from "node:assert/strict";
import { test } from "node:test";
import { DayAxis, wallClock } from "../src/dates.ts";
import { groups } from "../src/findings.ts";
import type { Finding, ReportModel } from "../src/model.ts";
import { axisOver } from "../src/strip.ts";
import { drugBars } from "../src/timeline.ts";
import { stretch } from "../src/timeplot.ts";
import { outcomeInterval, outcomeMedian, shareOfDraws } from "../src/options.ts";

const finding = (code: string, severity: Finding["severity"], remedy: string): Finding => ({ code, severity, about: "a", found: "f", expected: "", remedy });

test("A scan late in the evening keeps its own date in every zone", () => {
  assert.equal(wallClock("2024-03-03T23:40:00+01:00")!.toISOString(), "2024-03-03T23:40:00.000Z");
  assert.equal(wallClock("2024-03-03T00:10:00+13:00")!.toISOString(), "2024-03-03T00:10:00.000Z");
  assert.equal(wallClock("yesterday"), null);
});
test("Days are counted from the instant of the visit that has one", () => {
  const axis = new DayAxis([{ time: "unknown", day: 0 }, { time: "2024-03-13T12:00:00+01:00", day: 10 }]);
  assert.equal(axis.date(0.5).toISOString(), "2024-03-04T00:00:00.000Z");
});
test("Findings come worst first and alike ones are said once", () => {
  const list = groups([finding("a", "info", "x"), finding("b", "warning", "y"), finding("c", "error", "z"), finding("b", "warning", "y"), finding("b", "warning", "other")]);
  assert.deepEqual(list.map(g => [g[0]!.code, g.length]), [["c", 1], ["b", 2], ["b", 1], ["a", 1]]);
});
test("Points on two sides of a break or of a missing value are never joined", () => {
  const model = { breaks: [{ day: 48, text: "" }] } as unknown as ReportModel;
  assert.notEqual(stretch(model, [], 47), stretch(model, [], 49));
  assert.notEqual(stretch(model, [20], 10), stretch(model, [20], 30));
  assert.equal(stretch(model, [20], 22), stretch(model, [20], 47));
});
test("Daily doses of one amount are one bar, a pause or another amount begins the next", () => {
  const dose = (day: number, amount: number) => ({ time: "", day, amount });
  const model = { treatment: { drugs: [{ name: "d", unit: "mg", doses: [dose(3, 140), dose(1, 140), dose(2, 140), dose(9, 140), dose(10, 300)] }] } } as unknown as ReportModel;
  assert.deepEqual(drugBars(model).map(b => [b.from, b.to, b.amount]), [[1, 4, 140], [9, 10, 140], [10, 11, 300]]);
});
test("An axis over decades is logarithmic and one over a few units is not", () => {
  assert.equal(axisOver([0.001, 1], 100).log, true);
  assert.equal(axisOver([0.5, 1], 100).log, false);
  assert.equal(axisOver([-1, 100], 100).log, false);
});
test("A probability of all or none of the draws is a bound, any other has two digits", () => {
  // 0.05^(1/80) = 0.963 and 0.05^(1/40) = 0.928, rounded towards what is claimed less.
  assert.equal(shareOfDraws(1, 80), "> 0.96");
  assert.equal(shareOfDraws(0, 80), "< 0.04");
  assert.equal(shareOfDraws(1, 40), "> 0.92");
  assert.equal(shareOfDraws(0.975, 80), "0.97");
  assert.equal(shareOfDraws(null, 80), "no value");
});
test("What lies beyond the forecast is said as a limit", () => {
  const beyond = { limit: 160, draws: 70 };
  assert.equal(outcomeInterval({ title: "", shownUnit: "d", median: null, lower: 84.2, upper: null, coverage: 0.95, beyond }, "d"), "84.2 to more than 160 d");
  assert.equal(outcomeInterval({ title: "", shownUnit: "d", median: null, lower: null, upper: null, coverage: 0.95, beyond }, "d"), "more than 160 d");
  assert.equal(outcomeMedian({ title: "", shownUnit: "d", median: null, lower: 84.2, upper: null, coverage: 0.95, beyond }), "> 160");
});
