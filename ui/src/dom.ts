/**
 * The only way this page makes elements. Text becomes text nodes; nothing that came from data is ever parsed as HTML.
 */
export type Child = Node | string | number | null | undefined | false | Child[];
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

/** An HTML element. Attributes that are null or false are left out; functions become listeners of the event named (`onclick`). */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes?: Attributes | null, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  apply(element, attributes);
  append(element, children);
  return element;
}

/** An SVG element, by the same rules. */
export function s<K extends keyof SVGElementTagNameMap>(tag: K, attributes?: Attributes | null, ...children: Child[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  apply(element, attributes);
  append(element, children);
  return element;
}

function apply(element: Element, attributes: Attributes | null | undefined): void {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value == null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value as EventListener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

function append(element: Element, children: Child[]): void {
  for (const child of children) {
    if (child == null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(typeof child === "string" ? child.replace(/(\d) %/g, "$1\u00a0%") : typeof child === "number" ? String(child) : child); // a number keeps its %
  }
}

/** A section of the page with its heading; `id` is ours, never from data. */
export function section(id: string, title: string, ...children: Child[]): HTMLElement {
  return h("section", { id, "aria-labelledby": id + "-title" }, h("h2", { id: id + "-title" }, title), ...children);
}

/** Why a part says nothing. Parts never vanish silently. */
export function refusal(text: string): HTMLElement {
  return h("p", { class: "refusal" }, text);
}

/** A table with a scroll of its own, so that a wide one never widens the page. */
export function table(head: Child[], rows: Child[][], options: { caption?: string; numeric?: number[]; className?: string } = {}): HTMLElement {
  const numeric = new Set(options.numeric ?? []);
  const cls = (i: number) => (numeric.has(i) ? "num" : null);
  const label = (i: number) => (typeof head[i] === "string" ? (head[i] as string) : null);
  return h("div", { class: "scroll" },
    h("table", { class: `stacks ${options.className ?? ""}`.trim() },
      options.caption ? h("caption", null, options.caption) : null,
      h("thead", null, h("tr", null, head.map((c, i) => h("th", { scope: "col", class: cls(i) }, c)))),
      h("tbody", null, rows.map(r => h("tr", null, r.map((c, i) => i === 0 ? h("th", { scope: "row" }, c) : h("td", { class: c === "–" || c === "" ? `${cls(i) ?? ""} empty`.trim() : cls(i), "data-label": label(i) }, c)))))));
}

/** The numbers of a plot as a table, folded away. */
export function numbersOf(plot: string, head: Child[], rows: Child[][], numeric: number[] = [], title = "Numbers of this plot"): HTMLElement {
  return h("details", { class: "numbers" }, h("summary", null, title, h("span", { class: "hidden" }, `: ${plot}`)), table(head, rows, { numeric }));
}

/** Runs `draw` with the element's width now and whenever that changes, replacing what it returned before. */
export function responsive(name: string, draw: (width: number) => Node): HTMLElement {
  const host = h("div", { class: "plot", "data-plot": name });
  let drawn = 0;
  new ResizeObserver(entries => {
    const width = Math.floor(entries[0]!.contentRect.width);
    if (width < 40 || width === drawn) return;
    drawn = width;
    host.replaceChildren(draw(width));
  }).observe(host);
  return host;
}

/** Gives an SVG its accessible name; the names that Plot gives to its own groups would only be noise beside it. */
export function named<T extends Element>(svg: T, label: string): T {
  for (const group of svg.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  return svg;
}
