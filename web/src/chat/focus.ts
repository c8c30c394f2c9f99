const FOCUSABLE = "a[href], button:not(:disabled), textarea, input:not(:disabled), [tabindex='0']";

/** On a full screen, Tab after the last control goes to the first and back: the page behind can't be seen. */
export function keepFocusInside(event: KeyboardEvent): void {
  const controls = [...document.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((it) => it.offsetParent !== null);
  const first = controls[0];
  const last = controls.at(-1);
  const from = event.shiftKey ? first : last;
  if (document.activeElement !== from) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
