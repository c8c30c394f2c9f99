// Alternates the document's title while the page is in the background and something new has come.

let timer: ReturnType<typeof setInterval> | undefined;
let original = "";

export function flashTitle(text: string | null): void {
  if (text === null || !document.hidden) return stop();
  if (timer) return;
  original = document.title;
  let on = false;
  timer = setInterval(() => {
    on = !on;
    document.title = on ? text : original;
  }, 1_500);
  document.addEventListener("visibilitychange", stop, { once: true });
}

function stop(): void {
  if (!timer) return;
  clearInterval(timer);
  timer = undefined;
  document.title = original;
}
