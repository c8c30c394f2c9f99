import { landing as en } from "../locales/en.json";
import { landing as zh } from "../locales/zh.json";

export const STRINGS = { en, zh };

export type Strings = typeof en;
