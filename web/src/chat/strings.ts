import { chat as en } from "../locales/en.json";
import { chat as zh } from "../locales/zh.json";
import type { Locale } from "../shared/wire.ts";

export type Strings = typeof en;

const byLocale: Record<Locale, Strings> = { en, zh };

export const strings = (locale: Locale): Strings => byLocale[locale];
