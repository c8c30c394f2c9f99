import type { Theme } from "./bridge.ts";
import type { Locale } from "./wire.ts";

export const isLocale = (value: unknown): value is Locale => value === "en" || value === "zh";

export const isTheme = (value: unknown): value is Theme => value === "light" || value === "dark" || value === "auto";
