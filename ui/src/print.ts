/** Before print: open what the answer rests on. After print: leave the page as the reader had it. */
export function printing(page: HTMLElement): void {
  let opened: HTMLDetailsElement[] = [];
  window.addEventListener("beforeprint", () => {
    opened = [...page.querySelectorAll<HTMLDetailsElement>('details[data-print="open"]:not([open])')];
    for (const d of opened) d.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const d of opened) d.open = false;
    opened = [];
  });
}
