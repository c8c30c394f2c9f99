// Times as people of the visitor's language and zone write them.
import { tagOf } from "../shared/locale.ts";
import type { Locale } from "../shared/wire.ts";
import type { Strings } from "./strings.ts";

export const clock = (time: number, locale: Locale): string =>
  new Intl.DateTimeFormat(tagOf(locale), { hour: "numeric", minute: "2-digit" }).format(time);

export const dateAndClock = (time: number, locale: Locale): string =>
  new Intl.DateTimeFormat(tagOf(locale), { dateStyle: "long", timeStyle: "short" }).format(time);

/** A day as a key: equal for times of the same day in the visitor's zone. */
export const dayOf = (time: number): string => new Date(time).toDateString();

export function dayName(time: number, locale: Locale, texts: Strings, now = Date.now()): string {
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (dayOf(time) === dayOf(now)) return texts.today;
  if (dayOf(time) === yesterday.toDateString()) return texts.yesterday;
  const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(tagOf(locale), {
    weekday: "long",
    month: "long",
    day: "numeric",
    ...(isThisYear ? {} : { year: "numeric" }),
  }).format(time);
}
