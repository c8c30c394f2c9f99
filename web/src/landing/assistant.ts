import type { Widget } from "../loader/widget.ts";

/** Calls the widget; before its script has loaded, by its queue, as any other site would. */
export function assistant(name: keyof Widget, ...values: unknown[]): void {
  const api = (window.IcpAssistant ??= {});
  api.q ??= [];
  api.q.push([name, ...values]);
}
