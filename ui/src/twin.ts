/** Part 6: the twin. What could be learned, how well it fits, and what it foresaw beside three simpler guesses. */
import { h, named, refusal, responsive, s, section, table } from "./dom.ts";
import { formatInterval, formatPlain, formatValue } from "./format.ts";
import type { ReportModel, TwinSection } from "./model.ts";
import { ACCENT, INK, MUTED } from "./palette.ts";
import { axisMarks, axisOver, fadingBand, truthMark } from "./strip.ts";

type Parameter = TwinSection["parameters"][number];

export function twin(model: ReportModel): HTMLElement {
  const t = model.twin;
  if (t == null) return section("twin", "The twin", refusal(model.twinRefusal ?? "No twin was fitted, and no reason was given."));
  return section("twin", "The twin",
    h("p", { class: "lead" }, t.summary),
    h("h3", null, "What could be learned"),
    t.parameters.length === 0 ? refusal("The twin has no free parameter.") :
      [h("ul", { class: "legend" },
        h("li", null, h("span", { class: "swatch prior" }), h("span", null, "before the images (prior)")),
        h("li", null, h("span", { class: "swatch fan" }), h("span", null, "after them (posterior); darkest where most probable")),
        t.parameters.some(p => p.truth != null) ? h("li", null, h("span", { class: "truth-mark" }, "+"), h("span", null, "truth of the virtual patient")) : null),
      h("div", { class: "strips" }, t.parameters.map(strip)), parameterTable(t)],
    correlations(t),
    h("h3", null, "How it fits, and what it foresaw"),
    fitTable(model, t), baselines(model, t),
    t.advice.length ? [h("h3", null, "What would teach the twin more"), h("ul", { class: "plain spaced" }, t.advice.map(a => h("li", null, a)))] : null);
}

function strip(p: Parameter): HTMLElement {
  return h("div", { class: "strip" },
    h("div", { class: "strip-name" }, h("b", null, p.title), h("span", { class: "muted" }, p.shownUnit === "1" ? "" : ` ${p.shownUnit}`), logarithmic(p) ? h("div", { class: "muted axis-note" }, "logarithmic axis") : null),
    responsive(`parameter`, width => {
      const { prior, posterior } = p;
      const axis = axisOver(values(p), width, 12, width < 400 ? 3 : 5, 10);
      return named(s("svg", { width, height: 56, viewBox: `0 0 ${width} 56` },
        s("rect", { x: axis.at(prior.lower90), y: 6, width: Math.max(axis.at(prior.upper90) - axis.at(prior.lower90), 1), height: 8, fill: "#dfe3e6" }),
        s("line", { x1: axis.at(prior.median), x2: axis.at(prior.median), y1: 5, y2: 15, stroke: MUTED, "stroke-width": 1.5 }),
        fadingBand(axis, 19, 13, posterior.mean, posterior.lower90, posterior.upper90, p.identifiable ? ACCENT : MUTED),
        p.truth == null ? null : truthMark(axis, 25.5, p.truth, `truth: ${formatValue(p.truth, posterior.sd, p.shownUnit)}`),
        axisMarks(axis, 37, width, v => formatPlain(v, 3))),
        `${p.title}: prior ${formatInterval(prior.lower90, prior.upper90)}, posterior ${p.shown}${p.identifiable ? "" : ", not identifiable"}`);
    }),
    h("div", { class: "strip-words" }, h("div", null, h("b", null, p.shown), p.shownUnit === "1" || p.shown.includes(p.shownUnit) ? "" : ` ${p.shownUnit}`),
      p.identifiable ? null : h("div", { class: "not-identifiable" }, "not identifiable"),
      h("div", { class: "muted" }, p.words),
      p.truth == null ? null : h("div", { class: "truth" }, `truth ${formatValue(p.truth, p.posterior.sd)}`)));
}

function values(p: Parameter): number[] {
  return [p.prior.lower90, p.prior.upper90, p.posterior.lower90, p.posterior.upper90, ...(p.truth == null ? [] : [p.truth])];
}

function logarithmic(p: Parameter): boolean {
  return axisOver(values(p), 100, 12, 5, 10).log;
}

function parameterTable(t: TwinSection): HTMLElement {
  return h("details", { class: "numbers" }, h("summary", null, "Numbers of these strips, and where the priors come from"),
    table(["Parameter", "Unit", "Prior, 90 %", "Posterior, 90 %", "Mean", "Learned", "Source of the prior"],
      t.parameters.map(p => [p.title, p.shownUnit, formatInterval(p.prior.lower90, p.prior.upper90), formatInterval(p.posterior.lower90, p.posterior.upper90), formatValue(p.posterior.mean, p.posterior.sd), p.identifiable ? "yes" : "not identifiable", p.prior.source]), { numeric: [2, 3, 4] }));
}

function correlations(t: TwinSection): HTMLElement | null {
  if (t.correlations.length === 0) return null;
  const title = (name: string) => t.parameters.find(p => p.name === name)?.title ?? name;
  const sorted = [...t.correlations].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const strong = sorted.filter(c => Math.abs(c.value) > 0.95);
  return h("div", null,
    strong.length ? h("p", null, `Known together only: ${strong.map(c => `${title(c.a)} and ${title(c.b)} (correlation ${signed(c.value)})`).join("; ")}.`) : null,
    h("details", { class: "numbers" }, h("summary", null, "Correlations of the parameters"),
      table(["Parameter", "and", "Correlation"], sorted.map(c => [title(c.a), title(c.b), signed(c.value)]), { numeric: [2] })));
}

function signed(value: number): string {
  return (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2);
}

function fitTable(model: ReportModel, t: TwinSection): HTMLElement {
  if (t.fit.length === 0) return refusal("No visit was compared with the twin.");
  const label = (id: string) => model.visits.find(v => v.id === id)?.label ?? id;
  return table(["Visit", "Role", "Overlap (Dice)", "Agreement (CCC)", "Error of the number of cells", "Interval of the forecast"],
    t.fit.map(f => [label(f.visit), f.role === "held-out" ? h("b", null, "held out") : "fit", f.dice?.toFixed(2) ?? "–", f.ccc?.toFixed(2) ?? "–", f.cellsErrorPercent == null ? "–" : `${signedPlain(f.cellsErrorPercent)} %`,
      f.lower == null || f.upper == null ? "–" : formatInterval(f.lower, f.upper, "%")]), { numeric: [2, 3, 4, 5] });
}

function shortened(text: string, most: number): string {
  return text.length > most ? text.slice(0, Math.floor(most) - 1) + "…" : text;
}

function signedPlain(v: number): string {
  return `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(Math.abs(v) < 10 ? 1 : 0)}`;
}

/** Each forecast as a distance from what was then measured: nought is perfect. */
function baselines(model: ReportModel, t: TwinSection): HTMLElement | null {
  if (t.baselines.length === 0) return h("p", { class: "refusal" }, "No visit was held out, so the forecast has not been tested against anything.");
  const label = (id: string) => model.visits.find(v => v.id === id)?.label ?? id;
  return h("div", { class: "baselines" }, t.baselines.map(b => {
    const own = t.fit.find(f => f.visit === b.visit && f.role === "held-out");
    const rows = [...(own && !b.rows.some(r => /twin/i.test(r.name)) ? [{ name: "Twin", errorPercent: own.cellsErrorPercent ?? 0, value: NaN, lower: own.lower, upper: own.upper }] : []), ...b.rows.map(r => ({ ...r, lower: /twin/i.test(r.name) ? own?.lower : undefined, upper: /twin/i.test(r.name) ? own?.upper : undefined }))];
    const name = `Forecasts of ${label(b.visit)} against the measured value`;
    return h("figure", { class: "panel" }, h("figcaption", null, h("b", null, `${label(b.visit)}, held out: `), "error of each forecast against what was then measured"),
      responsive("baselines", width => {
        // Where there is little room the names stand above their lines.
        const narrow = width < 560, left = narrow ? 0 : 230, inner = width - left - 64, step = narrow ? 42 : 26, drop = narrow ? 18 : 0;
        const axis = axisOver([0, ...rows.flatMap(r => [r.errorPercent, r.lower ?? 0, r.upper ?? 0])], inner, 10, narrow ? 2 : 4);
        const height = rows.length * step + 26;
        return named(s("svg", { width, height, viewBox: `0 0 ${width} ${height}` },
          rows.map((r, i) => {
            const y = 14 + i * step + drop, ours = /twin/i.test(r.name);
            return [s("text", { x: 0, y: y + 4 - drop, class: ours ? "lab strong" : "lab" }, shortened(r.name, (narrow ? width : left) / 7), s("title", null, r.name)),
              s("g", { transform: `translate(${left},0)` },
                r.lower != null && r.upper != null ? s("line", { x1: axis.at(r.lower), x2: axis.at(r.upper), y1: y, y2: y, stroke: ACCENT, "stroke-width": 2 }) : s("line", { x1: axis.at(0), x2: axis.at(r.errorPercent), y1: y, y2: y, stroke: "#c6ccd1" }),
                s("circle", { cx: axis.at(r.errorPercent), cy: y, r: 4.2, fill: ours ? ACCENT : "#fff", stroke: ours ? ACCENT : MUTED, "stroke-width": 1.8 })),
              s("text", { x: width, y: y + 4, "text-anchor": "end", class: "lab" }, `${signedPlain(r.errorPercent)} %`)];
          }),
          s("g", { transform: `translate(${left},0)` },
            s("line", { x1: axis.at(0), x2: axis.at(0), y1: 2, y2: height - 22, stroke: INK, "stroke-dasharray": "3 3" }),
            axisMarks(axis, height - 20, inner, v => v === 0 ? "measured" : `${signedPlain(v)} %`))),
          `${name}: ${rows.map(r => `${r.name} ${signedPlain(r.errorPercent)} %`).join(", ")}`);
      }),
      h("details", { class: "numbers" }, h("summary", null, "Numbers of this plot"), table(["Forecast", "Value", "Error"], [["Measured", formatPlain(b.measured), "0"], ...rows.map(r => [r.name, Number.isFinite(r.value) ? formatPlain(r.value) : "–", `${signedPlain(r.errorPercent)} %`])], { numeric: [1, 2] })));
  }));
}
