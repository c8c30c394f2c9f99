import { Bubble } from "@chatui/core/es/components/Bubble";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { fill, tagOf } from "../../shared/locale.ts";
import type { Button, Message } from "../../shared/wire.ts";
import { useChat, useConversation, useTexts, useView } from "../context.ts";
import { isWebAddress, toHtml } from "../markdown.ts";
import { openReplies, type Outgoing } from "../state.ts";
import { clock } from "../time.ts";
import { Icon } from "./icon.tsx";
import { Picture } from "./picture.tsx";
import { Rating } from "./rating.tsx";

const GROUP_WITHIN = 5 * 60_000;
const COLLAPSE_ABOVE = 640; // px

/** One message with all that belongs to it. */
export function Entry({ id, onReplied }: { id: string; onReplied: () => void }) {
  const message = useConversation(({ messages }) => messages.find((it) => it.id === id));
  const outgoing = useConversation((state) => state.outgoing.find((it) => it.id === id));
  const isLastOfGroup = useConversation(({ messages }) => {
    const at = messages.findIndex((it) => it.id === id);
    const [here, following] = [messages[at], messages[at + 1]];
    return !here || !following || following.from !== here.from || following.time - here.time > GROUP_WITHIN;
  });
  if (outgoing) return <Own text={outgoing.text} time={outgoing.time} outgoing={outgoing} showMeta />;
  if (!message) return null;
  if (message.from === "user") return <Own text={message.text} time={message.time} showMeta={isLastOfGroup} />;
  return <Answer message={message} showMeta={isLastOfGroup} onReplied={onReplied} />;
}

function Own({ text, time, outgoing, showMeta }: { text: string; time: number; outgoing?: Outgoing; showMeta: boolean }) {
  const locale = useView((view) => view.locale);
  return (
    <div class="entry entry-own">
      <Bubble>{text}</Bubble>
      {showMeta && <div class="meta">{outgoing ? <Delivery outgoing={outgoing} /> : clock(time, locale)}</div>}
    </div>
  );
}

function Delivery({ outgoing }: { outgoing: Outgoing }) {
  const chat = useChat();
  const texts = useTexts();
  const isOffline = useView(({ connection }) => connection === "offline");
  if (!outgoing.failed) return <span>{isOffline ? texts.waiting : texts.sending}</span>;
  return (
    <>
      <span class="failed">{texts.failed}</span>
      <button type="button" class="link" onClick={() => chat.retry(outgoing.id)}>
        {texts.retry}
      </button>
    </>
  );
}

function Answer({ message, showMeta, onReplied }: { message: Message; showMeta: boolean; onReplied: () => void }) {
  const texts = useTexts();
  const locale = useView((view) => view.locale);
  const who = message.from === "agent" ? (message.name ?? texts.agent) : texts.bot;
  const links = message.buttons?.flatMap(({ title, url }) => (isWebAddress(url) ? [{ title, url }] : [])) ?? [];
  return (
    <div class={`entry entry-${message.from}`} lang={tagOf(message.lang ?? locale)}>
      {message.text && (
        <Bubble type="richtext">
          <span class="only-heard">{who}: </span>
          <Rich markdown={message.text} />
        </Bubble>
      )}
      {message.image && isWebAddress(message.image) && (
        <Picture address={message.image} alt={fill(texts.image, { who })} />
      )}
      {links.length > 0 && (
        <div class="replies">
          {links.map(({ title, url }) => (
            <a key={title} class="reply" href={url} target="_blank" rel="noopener noreferrer">
              {title}
              <Icon name="link" />
              <span class="only-heard"> ({texts.newTab})</span>
            </a>
          ))}
        </div>
      )}
      {message.ask === "rating" && <Rating message={message} />}
      {showMeta && (
        <div class="meta">
          <span>{clock(message.time, locale)}</span>
          {message.from === "bot" && message.ask === undefined && <Thumbs message={message} />}
        </div>
      )}
      <Replies id={message.id} onReplied={onReplied} />
    </div>
  );
}

function Rich({ markdown }: { markdown: string }) {
  const texts = useTexts();
  const html = useMemo(() => toHtml(markdown), [markdown]);
  const content = useRef<HTMLDivElement>(null);
  const [isLong, setLong] = useState(false);
  const [expanded, setExpanded] = useState(false);

  useLayoutEffect(() => {
    const element = content.current;
    if (!element) return;
    setLong(element.scrollHeight > COLLAPSE_ABOVE);
    // Wide content scrolls sideways in its own box, which the keyboard has to reach.
    for (const wide of element.querySelectorAll<HTMLElement>("pre, table")) wide.tabIndex = 0;
  }, [html]);

  return (
    <>
      <div
        ref={content}
        class={isLong && !expanded ? "md md-collapsed" : "md"}
        dangerouslySetInnerHTML={{ __html: html }}
      />
      {isLong && (
        <button type="button" class="link" aria-expanded={expanded} onClick={() => setExpanded(!expanded)}>
          {expanded ? texts.less : texts.more}
        </button>
      )}
    </>
  );
}

function Replies({ id, onReplied }: { id: string; onReplied: () => void }) {
  const chat = useChat();
  const texts = useTexts();
  const shown = useConversation((state) => {
    const open = openReplies(state);
    return open?.below === id ? JSON.stringify(open.replies) : "";
  });
  if (!shown) return null;
  const replies = JSON.parse(shown) as Button[];
  return (
    <div class="replies" role="group" aria-label={texts.options}>
      {replies.map(({ title, payload }) => (
        <button
          key={title}
          type="button"
          class="reply"
          onClick={() => {
            chat.say(title, payload);
            onReplied();
          }}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

function Thumbs({ message: { id, helpful } }: { message: Message }) {
  const chat = useChat();
  const texts = useTexts();
  const vote = (value: boolean) => {
    const taken = helpful === value ? null : value;
    void chat.vote(id, taken);
    if (taken !== null) chat.notice(texts.voted);
  };
  return (
    <span class="thumbs">
      <button type="button" aria-pressed={helpful === true} aria-label={texts.helpful} onClick={() => vote(true)}>
        <Icon name="up" />
      </button>
      <button type="button" aria-pressed={helpful === false} aria-label={texts.unhelpful} onClick={() => vote(false)}>
        <Icon name="up" flip />
      </button>
    </span>
  );
}
