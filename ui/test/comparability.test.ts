import assert from "node:assert/strict";
import { test } from "node:test";
import { rankedParts, sharePercent } from "../src/budget.ts";
import { whyNone } from "../src/chain.ts";
import { inWords, rank } from "../src/differences.ts";
import type { BudgetPart, Calibration, CalibrationState, Visit } from "../src/model.ts";
import { scannerMarks } from "../src/palette.ts";

const part = (source: string, share: number, u = share): BudgetPart => ({ source, share, u, kind: "B", group: null });
const difference = (attribute: string, share: number, from: string | null = "1", to: string | null = "2", effect = "e") => ({ attribute, from, to, effect, share });

test("A budget is ranked by share and what cancelled down to rounding stands apart", () => {
  const { shown, cancelled } = rankedParts([part("a", 0.1), part("b", 0.9), part("c", 6.9e-33, 1.7e-16), part("d", 0)]);
  assert.deepEqual(shown.map(p => p.source), ["b", "a"]);
  assert.deepEqual(cancelled.map(p => p.source), ["c", "d"]);
  assert.equal(sharePercent(0.003), "< 1 %");
});
test("Twenty differences are led by those with a share; the unrecorded stand together by effect", () => {
  const list = [
    ...Array.from({ length: 8 }, (_, i) => difference(`unknown ${i}`, 0, null, i === 3 ? "x" : null, i < 6 ? "not known" : "bounded")),
    difference("small", 0.004), difference("large", 0.7), difference("middle", 0.29), difference("named", 0, "a", "b", "no effect is known"),
  ];
  const r = rank(list);
  assert.deepEqual(r.leading.map(d => d.attribute), ["large", "middle"]);
  assert.deepEqual(r.small.map(d => d.attribute), ["small"]);
  assert.deepEqual(r.without.map(([effect, d]) => [effect, d.length]), [["no effect is known", 1]]);
  assert.deepEqual(r.unknown.map(([effect, d]) => [effect, d.length]), [["not known", 6], ["bounded", 2]]);
  assert.equal(r.leading.length + r.small.length + 1 + 8, list.length); // none is lost
});
test("An unrecorded attribute with a share is ranked among the others, and a lone small share still leads", () => {
  assert.deepEqual(rank([difference("unknown", 0.5, null, null)]).leading.length, 1);
  assert.deepEqual(rank([difference("tiny", 0.001)]).leading.length, 1);
});
test("An error that cancelled down to rounding is no difference", () => {
  const r = rank([difference("large", 0.7), difference("cancelled", 6.9e-33, null, null)]);
  assert.deepEqual([r.leading.length, r.small.length, r.without.length, r.unknown.length], [1, 0, 0, 0]);
});
test("In words the leading differences are named and the others counted", () => {
  assert.equal(inWords([difference("large", 0.7), difference("x", 0, null, null), difference("y", 0)]), " Differences: large, e (70 % of the variance); 2 more with less or no share.");
  assert.equal(inWords([difference("x", 0, null, null)]), " 1 difference in what was recorded, none with a share in the variance.");
});
test("A chain that cannot be drawn is a sentence that says why", () => {
  const state = (name: string | null, status: CalibrationState["status"]): CalibrationState => ({ state: name, scanner: "s", status, words: "", visits: [], sessions: [], gain: null });
  const chain = (...states: CalibrationState[]): Calibration => ({ scanners: [], states, reference: null });
  assert.match(whyNone(undefined)!, /Nothing is known/);
  assert.match(whyNone(chain(state(null, "unknown")))!, /serial number/);
  assert.match(whyNone(chain(state("a", "not needed"), state(null, "unknown")))!, /No ADC/);
  assert.equal(whyNone(chain(state("a", "broken"), state(null, "unknown"))), null);
});
test("A state that only a phantom has gets a mark of its own and moves no other", () => {
  const visits = [{ scannerState: "a" }, { scannerState: null }, { scannerState: "b" }] as Visit[];
  const marks = scannerMarks(visits, ["phantom only", "b"]);
  assert.deepEqual([marks("a"), marks("b")], [scannerMarks(visits)("a"), scannerMarks(visits)("b")]);
  assert.equal(marks("phantom only").symbol, "triangle");
});
