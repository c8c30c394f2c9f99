// widget.js: <script async src="…/widget.js"> puts the launcher on any page. See docs/widget.md.
import { readOptions } from "./options.ts";
import { Widget } from "./widget.ts";

const CALLS = ["open", "close", "toggle", "show", "hide", "ask", "setLocale", "setTheme", "setUser", "reset", "on", "off"] as const;

type Call = (typeof CALLS)[number];
type Queue = [Call, ...unknown[]][];
type Api = Partial<Record<Call, (...values: unknown[]) => void>> & { q?: Queue };

declare global {
  interface Window {
    IcpAssistant?: Api;
  }
}

const script =
  document.currentScript instanceof HTMLScriptElement
    ? document.currentScript
    : document.querySelector<HTMLScriptElement>('script[src*="/widget.js"]');
const api: Api = (window.IcpAssistant ??= {});

// Included twice, the second one has nothing to do.
if (script && !api.open) {
  const early: Queue = api.q ?? [];
  let perform = (call: Call, values: unknown[]): void => void early.push([call, ...values]);
  for (const call of CALLS) api[call] = (...values) => perform(call, values);

  const start = () => {
    const widget = new Widget(readOptions(script));
    perform = (call, values) => (widget[call] as (...given: unknown[]) => void).apply(widget, values);
    for (const [call, ...values] of early.splice(0)) if (CALLS.includes(call)) perform(call, values);
    api.q = { push: ([call, ...values]: Queue[number]) => perform(call, values) } as unknown as Queue;
  };
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start, { once: true });
}
