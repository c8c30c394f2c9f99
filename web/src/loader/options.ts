// The data-* attributes of the script tag: docs/widget.md.
import type { Theme } from "../shared/bridge.ts";
import { DEFAULT_BRAND, isHex } from "../shared/color.ts";
import { isTheme } from "../shared/guards.ts";
import { chooseLocale } from "../shared/locale.ts";
import type { Locale } from "../shared/wire.ts";

export interface Options {
  /** Where the assistant lives. */
  origin: string;
  locale: Locale;
  theme: Theme;
  side: "left" | "right";
  offset: number;
  color: string;
  hideOn: string[];
  /** Seconds until the invitation; undefined: never. */
  teaserAfter: number | undefined;
  open: boolean;
}

export function readOptions(script: HTMLScriptElement): Options {
  const data = script.dataset;
  return {
    origin: new URL(script.src).origin,
    locale: chooseLocale(data["lang"]),
    theme: isTheme(data["theme"]) ? data["theme"] : "auto",
    side: data["position"] === "left" ? "left" : "right",
    offset: number(data["offset"]) ?? 20,
    color: isHex(data["color"]) ? data["color"] : DEFAULT_BRAND,
    hideOn: (data["hideOn"] ?? "").split(/\s*,\s*/),
    teaserAfter: number(data["teaser"]),
    open: data["open"] === "true",
  };
}

const number = (value: string | undefined): number | undefined =>
  value && Number(value) >= 0 ? Number(value) : undefined;

export const isHiddenOn = (path: string, patterns: string[]): boolean =>
  patterns.some((pattern) => (pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern));
