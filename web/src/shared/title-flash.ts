let timer: ReturnType<typeof setInterval> | undefined;

/** Alternates the document's title until the visitor comes back to the page. */
export function flashTitle(text: string): void {
  if (timer || !document.hidden) return;
  const title = document.title;
  timer = setInterval(() => (document.title = document.title === title ? text : title), 1_500);
  document.addEventListener(
    "visibilitychange",
    () => {
      clearInterval(timer);
      timer = undefined;
      document.title = title;
    },
    { once: true },
  );
}
