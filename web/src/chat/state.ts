// The conversation as the visitor sees it. Pure: what happened goes in, the next state comes out.
import type { Button, Message, Session } from "../shared/wire.ts";

/** A visitor's message that the server has not acknowledged. */
export interface Outgoing {
  id: string;
  text: string;
  payload?: string;
  time: number;
  failed: boolean;
}

export interface Conversation {
  session: string | null;
  userName: string | null;
  /** Acknowledged or received, by seq. */
  messages: Message[];
  outgoing: Outgoing[];
  /** There is nothing older on the server. */
  complete: boolean;
  typing: boolean;
}

export type Happening =
  | { type: "session"; session: Session }
  | { type: "message"; message: Message }
  | { type: "older"; messages: Message[]; complete: boolean }
  | { type: "say"; outgoing: Outgoing }
  | { type: "sent"; id: string; seq: number; time: number }
  | { type: "failed"; id: string }
  | { type: "retry"; id: string }
  | { type: "restored"; outgoing: Outgoing[] }
  | { type: "typing"; on: boolean }
  | { type: "rated"; id: string; score: number | null }
  | { type: "voted"; id: string; helpful: boolean | null }
  | { type: "cleared" };

export const emptyConversation: Conversation = {
  session: null,
  userName: null,
  messages: [],
  outgoing: [],
  complete: true,
  typing: false,
};

export function next(state: Conversation, happening: Happening): Conversation {
  switch (happening.type) {
    case "session": {
      const { session, fresh, messages, complete, typing, user } = happening.session;
      const held = fresh ? [] : state.messages;
      return {
        ...receive({ ...state, messages: held }, messages),
        session,
        userName: user?.name ?? null,
        typing,
        // What was missed says nothing about older messages, unless there was nothing before it.
        complete: held.length ? state.complete : complete,
      };
    }
    case "message": {
      const answered = happening.message.from === "bot" || happening.message.from === "agent";
      return { ...receive(state, [happening.message]), typing: answered ? false : state.typing };
    }
    case "older":
      return { ...receive(state, happening.messages), complete: happening.complete };
    case "say":
      return { ...state, outgoing: [...state.outgoing, happening.outgoing] };
    case "sent": {
      const said = state.outgoing.find(({ id }) => id === happening.id);
      if (!said) return state;
      const { id, text } = said;
      return receive(state, [{ id, text, from: "user", seq: happening.seq, time: happening.time }]);
    }
    case "failed":
      return { ...state, outgoing: mark(state.outgoing, happening.id, true) };
    case "retry":
      return { ...state, outgoing: mark(state.outgoing, happening.id, false) };
    case "restored": {
      const known = new Set([...state.outgoing, ...state.messages].map(({ id }) => id));
      const restored = happening.outgoing.filter(({ id }) => !known.has(id));
      return { ...state, outgoing: [...restored, ...state.outgoing].sort((a, b) => a.time - b.time) };
    }
    case "typing":
      return { ...state, typing: happening.on };
    case "rated":
      return { ...state, messages: change(state.messages, happening.id, { rated: happening.score }) };
    case "voted": {
      const messages = state.messages.map((message) => {
        if (message.id !== happening.id) return message;
        const { helpful: _, ...rest } = message;
        return happening.helpful === null ? rest : { ...rest, helpful: happening.helpful };
      });
      return { ...state, messages };
    }
    case "cleared":
      return emptyConversation;
  }
}

/** Adds or replaces by id, keeps the order of seq, and drops from `outgoing` what has arrived. */
function receive(state: Conversation, received: Message[]): Conversation {
  if (!received.length) return state;
  const byId = new Map(state.messages.map((message) => [message.id, message]));
  for (const message of received) byId.set(message.id, message);
  return {
    ...state,
    messages: [...byId.values()].sort((a, b) => a.seq - b.seq),
    outgoing: state.outgoing.filter(({ id }) => !byId.has(id)),
  };
}

const mark = (outgoing: Outgoing[], id: string, failed: boolean): Outgoing[] =>
  outgoing.map((said) => (said.id === id ? { ...said, failed } : said));

const change = (messages: Message[], id: string, changes: Partial<Message>): Message[] =>
  messages.map((message) => (message.id === id ? { ...message, ...changes } : message));

export const highestSeq = (state: Conversation): number => state.messages.at(-1)?.seq ?? 0;

export const isEmpty = (state: Conversation): boolean => !state.messages.length && !state.outgoing.length;

/**
 * The suggested answers that are still open, and below which message they belong: all that the bot offered since the
 * visitor last said something, for a reply may come as several messages.
 */
export function openReplies(state: Conversation): { below: string; replies: Button[] } | null {
  if (state.outgoing.length) return null;
  const lastOwn = state.messages.findLastIndex(({ from }) => from === "user");
  const since = state.messages.slice(lastOwn + 1).filter(({ from }) => from === "bot");
  const byTitle = new Map<string, Button>();
  for (const { buttons = [] } of since) {
    for (const button of buttons) if (button.payload) byTitle.set(button.title, button);
  }
  const last = since.at(-1);
  return last && byTitle.size ? { below: last.id, replies: [...byTitle.values()] } : null;
}
