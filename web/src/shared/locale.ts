import { isLocale } from "./guards.ts";
import type { Locale } from "./wire.ts";

/** The language to begin with: what the page or visitor asked for, else the browser's. */
export function chooseLocale(wanted: string | null | undefined): Locale {
  if (isLocale(wanted)) return wanted;
  const known = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLocale);
  return known ?? "en";
}

/** The tag for `lang` attributes and Intl. */
export const tagOf = (locale: Locale): string => (locale === "zh" ? "zh-CN" : "en");

/** Puts values in the places of `{name}`. */
export const fill = (text: string, values: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
