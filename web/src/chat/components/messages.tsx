import {
  MessageContainer,
  type MessageContainerHandle,
  type MessageItem,
} from "@chatui/core/es/components/MessageContainer";
import { Typing } from "@chatui/core/es/components/Typing";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useChat, useConversation, useTexts, useView } from "../context.ts";
import type { Conversation } from "../state.ts";
import type { Strings } from "../strings.ts";
import { dayName, dayOf } from "../time.ts";
import type { Locale, Message } from "../../shared/wire.ts";
import { Entry } from "./entry.tsx";

const NEAR_TOP = 60; // px
const NEAR_END = 80; // px
const SETTLED_AFTER = 400; // ms
/** Set on the scroller while the visitor looks at something above the end (build/chatui.ts reads it, too). */
const READS_ABOVE = "readsAbove";
const EARLIER = "earlier";

export function Messages({ onReplied }: { onReplied: () => void }) {
  const chat = useChat();
  const texts = useTexts();
  const conversation = useConversation((state) => state);
  const { locale, open } = useView((view) => view);
  const container = useRef<MessageContainerHandle>(null);
  const [loading, setLoading] = useState(false);
  const fromEnd = useRef<number | null>(null);
  const lastTop = useRef(0);
  const settled = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const oldest = conversation.messages[0]?.id;

  // ChatUI scrolls when the last item is another object, so an item stays the same object while it looks the same.
  const items = useStableItems(itemsOf(conversation, locale, texts));

  const scroller = () => container.current?.ref.current?.querySelector<HTMLElement>(".PullToRefresh");

  const loadOlder = useCallback(async () => {
    const element = scroller();
    if (!element || fromEnd.current !== null) return;
    fromEnd.current = element.scrollHeight - element.scrollTop;
    setLoading(true);
    await chat.loadOlder();
    setLoading(false);
    setTimeout(() => (fromEnd.current = null), 300);
  }, [chat]);

  // Older messages above must not move what the visitor is reading.
  useLayoutEffect(() => {
    const element = scroller();
    if (element && fromEnd.current !== null) element.scrollTop = element.scrollHeight - fromEnd.current;
  }, [oldest]);

  useEffect(() => {
    if (open) container.current?.scrollToEnd({ animated: false, force: true });
  }, [open]);

  useEffect(() => {
    const element = scroller();
    if (!element) return;
    element.tabIndex = 0;
    element.setAttribute("role", "region");
    element.setAttribute("aria-label", texts.conversation);
  }, [texts]);

  // New buttons or a rating below a message need room too.
  useEffect(() => {
    const list = container.current?.ref.current?.querySelector(".MessageList");
    const element = scroller();
    if (!list || !element) return;
    const observer = new ResizeObserver(() => {
      if (element.dataset[READS_ABOVE] === undefined && fromEnd.current === null) element.scrollTop = element.scrollHeight;
    });
    observer.observe(list);
    observer.observe(element); // a touch keyboard or a longer draft takes height
    return () => observer.disconnect();
  }, []);

  const render = useMemo(
    () => (item: MessageItem) => {
      if (item.type === "typing") return <TypingIndicator />;
      if (item._id === EARLIER) return <Earlier onClick={loadOlder} />;
      return <Entry id={item._id} onReplied={onReplied} />;
    },
    [loadOlder, onReplied],
  );

  // ChatUI looks at most every 300 ms whether the end is near, and may miss how a scroll ended.
  const hideNeedlessJump = (element: HTMLElement) => {
    const isShown = container.current?.ref.current?.querySelector(".BackBottom");
    if (isShown && element.dataset[READS_ABOVE] === undefined) {
      container.current?.scrollToEnd({ animated: false, force: true });
    }
  };

  const onScroll = (event: Event) => {
    const element = event.target as HTMLElement;
    const { scrollTop } = element;
    if (element.scrollHeight - scrollTop - element.clientHeight < NEAR_END) delete element.dataset[READS_ABOVE];
    else if (scrollTop < lastTop.current) element.dataset[READS_ABOVE] = "";
    lastTop.current = scrollTop;
    clearTimeout(settled.current);
    settled.current = setTimeout(hideNeedlessJump, SETTLED_AFTER, element);
    if (scrollTop < NEAR_TOP && !conversation.complete && !loading) void loadOlder();
  };

  return (
    <MessageContainer
      ref={container}
      messages={items}
      isTyping={conversation.typing}
      onScroll={onScroll}
      renderMessageContent={render}
    />
  );
}

function TypingIndicator() {
  const texts = useTexts();
  return (
    <div class="typing-indicator">
      <Typing />
      <span class="only-heard" role="status">
        {texts.typing}
      </span>
    </div>
  );
}

function Earlier({ onClick }: { onClick: () => void }) {
  const texts = useTexts();
  return (
    <button type="button" class="earlier" onClick={onClick}>
      {texts.earlier}
    </button>
  );
}

function itemsOf({ messages, outgoing, complete }: Conversation, locale: Locale, texts: Strings): MessageItem[] {
  const items: MessageItem[] = complete ? [] : [{ _id: EARLIER, type: EARLIER, hasTime: false }];
  let day = "";
  const startDay = (time: number) => {
    if (dayOf(time) === day) return;
    day = dayOf(time);
    items.push({ _id: `day:${day}`, type: "system", content: { text: dayName(time, locale, texts) }, hasTime: false });
  };
  for (const message of messages) {
    startDay(message.time);
    items.push(itemOf(message, texts));
  }
  for (const { id, time } of outgoing) {
    startDay(time);
    items.push({ _id: id, type: "text", position: "right", hasTime: false });
  }
  return items;
}

function itemOf({ id, from, name, text }: Message, texts: Strings): MessageItem {
  if (from === "system") return { _id: id, type: "system", content: { text }, hasTime: false };
  if (from === "user") return { _id: id, type: "text", position: "right", hasTime: false };
  const agent = from === "agent" ? { user: { name: name ?? texts.agent } } : {};
  return { _id: id, type: from, position: "left", hasTime: false, ...agent };
}

function useStableItems(items: MessageItem[]): MessageItem[] {
  const known = useRef(new Map<string, { item: MessageItem; look: string }>());
  const before = known.current;
  known.current = new Map(
    items.map((item) => {
      const look = JSON.stringify(item);
      const same = before.get(item._id);
      return [item._id, same?.look === look ? same : { item, look }];
    }),
  );
  return [...known.current.values()].map(({ item }) => item);
}
