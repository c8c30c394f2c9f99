// The chat as a text file for the visitor to keep.
import type { Locale, Message } from "../shared/wire.ts";
import { toPlainText } from "./markdown.ts";
import { strings } from "./strings.ts";
import { dateAndClock } from "./time.ts";

export function transcriptOf(messages: Message[], locale: Locale): string {
  const texts = strings(locale);
  const lines = messages.map((message) => {
    const who = { user: texts.you, bot: texts.bot, agent: message.name ?? texts.agent, system: "—" }[message.from];
    const text = message.from === "user" ? message.text : toPlainText(message.text);
    return `[${dateAndClock(message.time, locale)}] ${who}\n${text}\n`;
  });
  return [texts.transcriptTitle, "", ...lines].join("\n");
}

export function download(name: string, text: string): void {
  const link = document.createElement("a");
  // The byte order mark makes old editors on Windows read Chinese rightly.
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
