import type { Locale } from "./wire.ts";

/** The language to begin with: what the page or visitor asked for, else the browser's. */
export function chooseLocale(wanted: string | null | undefined): Locale {
  if (wanted === "en" || wanted === "zh") return wanted;
  return navigator.languages.find((tag) => /^(en|zh)\b/i.test(tag))?.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** The tag for `lang` attributes and Intl. */
export const tagOf = (locale: Locale): string => (locale === "zh" ? "zh-CN" : "en");

/** Puts values in the places of `{name}`. */
export const fill = (text: string, values: Record<string, string | number> = {}): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
