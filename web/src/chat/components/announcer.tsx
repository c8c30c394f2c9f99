import { useEffect, useRef, useState } from "preact/hooks";
import { tagOf } from "../../shared/locale.ts";
import type { Message } from "../../shared/wire.ts";
import { useConversation, useTexts, useView } from "../context.ts";
import { toPlainText } from "../markdown.ts";

const KEPT = 5;

/** Reads new answers to screen readers, politely: neither history nor what the visitor wrote. */
export function Announcer() {
  const texts = useTexts();
  const messages = useConversation((conversation) => conversation.messages);
  const session = useConversation((conversation) => conversation.session);
  const locale = useView((view) => view.locale);
  const [spoken, setSpoken] = useState<Message[]>([]);
  const heard = useRef<{ session: string | null; seq: number }>({ session: null, seq: 0 });

  useEffect(() => {
    const last = messages.at(-1)?.seq ?? 0;
    const isHistory = heard.current.session !== session;
    const news = messages.filter(({ from, seq }) => from !== "user" && seq > heard.current.seq);
    heard.current = { session, seq: isHistory ? last : Math.max(heard.current.seq, last) };
    if (!isHistory && news.length) setSpoken((before) => [...before, ...news].slice(-KEPT));
  }, [messages, session]);

  return (
    <div class="only-heard" role="log" aria-live="polite" aria-label={texts.log}>
      {spoken.map((message) => (
        <p key={message.id} lang={tagOf(message.lang ?? locale)}>
          {toPlainText(message.text)}
        </p>
      ))}
    </div>
  );
}
