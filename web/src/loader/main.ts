// widget.js: <script async src="…/widget.js"> puts the launcher on any page. See docs/widget.md.
import { readOptions } from "./options.ts";
import { createWidget, type Widget } from "./widget.ts";

type Call = [keyof Widget, ...unknown[]];

interface Api extends Partial<Widget> {
  q?: Pick<Call[], "push"> | Call[];
}

declare global {
  interface Window {
    IcpAssistant?: Api;
  }
}

const script = (document.currentScript ?? document.querySelector('script[src*="/widget.js"]')) as HTMLScriptElement;
const api: Api = (window.IcpAssistant ??= {});

// Included twice, the second one has nothing to do.
if (!api.open) {
  const widget = createWidget(readOptions(script));
  const perform = ([name, ...values]: Call): number => {
    (widget[name] as ((...given: unknown[]) => void) | undefined)?.(...values);
    return 0;
  };
  const early = (api.q ?? []) as Call[];
  Object.assign(api, widget);
  early.forEach(perform);
  api.q = { push: perform as Call[]["push"] };
}
