// The data-* attributes of the script tag: docs/widget.md.
import type { Theme } from "../shared/bridge.ts";
import { isHex } from "../shared/color.ts";
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
  const { lang, theme, position, offset, color, hideOn, teaser, open } = script.dataset;
  return {
    origin: new URL(script.src, location.href).origin,
    locale: chooseLocale(lang),
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    side: position === "left" ? "left" : "right",
    offset: positive(offset) ?? 20,
    color: isHex(color) ? color : "#0b5cd5",
    hideOn: (hideOn ?? "").split(",").map((path) => path.trim()).filter(Boolean),
    teaserAfter: positive(teaser),
    open: open === "true",
  };
}

const positive = (value: string | undefined): number | undefined => {
  const number = Number(value);
  return value && number >= 0 ? number : undefined;
};

export const isHiddenOn = (path: string, patterns: string[]): boolean =>
  patterns.some((pattern) => (pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern));
