/** Keys of the viewer: arrows where it has the focus, digits and u from anywhere but a field. */
export interface ViewerKeys { scroll(direction: number): void; jump(index: number): void; uncertainty(): void; }

export function keyboard(view: HTMLElement, keys: ViewerKeys): void {
  let over = false;
  view.addEventListener("pointerenter", () => { over = true; });
  view.addEventListener("pointerleave", () => { over = false; });
  document.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const target = e.target instanceof Element ? e.target : null;
    if (target?.closest("input, select, textarea")) return;
    if (/^[1-9]$/.test(e.key)) keys.jump(Number(e.key) - 1);
    else if (e.key === "u") keys.uncertainty();
    else if (over || view.contains(target)) {
      if (e.key === "ArrowUp" || e.key === "ArrowRight") keys.scroll(1);
      else if (e.key === "ArrowDown" || e.key === "ArrowLeft") keys.scroll(-1);
      else return;
      e.preventDefault();
    }
  });
}
