// What goes over the wire between the chat and the server: docs/widget.md.

export type Locale = "en" | "zh";

export interface Button {
  title: string;
  payload?: string;
  url?: string;
}

export interface Message {
  seq: number;
  id: string;
  from: "user" | "bot" | "agent" | "system";
  time: number;
  text: string;
  name?: string;
  buttons?: Button[];
  image?: string;
  ask?: "rating";
  rated?: number | null;
  helpful?: boolean;
  lang?: Locale;
}

export interface Session {
  session: string;
  token: string;
  fresh: boolean;
  user: { name?: string | null } | null;
  messages: Message[];
  complete: boolean;
  typing: boolean;
}

export interface Auth {
  token?: string;
  user?: string;
  after?: number;
  locale?: Locale;
}

export interface Say {
  id: string;
  text: string;
  payload?: string;
  locale?: Locale;
}

export type Refusal = { ok: false; error: "invalid" | "too_fast" | "unavailable"; retry_after?: number };
export type SayAck = { ok: true; seq: number; time: number } | Refusal;
export type HistoryAck = { ok: true; messages: Message[]; complete: boolean } | Refusal;
export type Ack = { ok: true } | Refusal;

export interface ServerEvents {
  session: (session: Session) => void;
  message: (message: Message) => void;
  typing: (typing: { on: boolean }) => void;
  rated: (rated: { id: string; score: number | null }) => void;
}

export interface ClientEvents {
  say: (say: Say, ack: (answer: SayAck) => void) => void;
  history: (range: { before: number }, ack: (answer: HistoryAck) => void) => void;
  rate: (rating: { id: string; score: number | null; comment?: string }, ack: (answer: Ack) => void) => void;
  vote: (vote: { id: string; helpful: boolean | null }, ack: (answer: Ack) => void) => void;
  forget: (nothing: Record<string, never>, ack: (answer: Ack) => void) => void;
}

export interface Topic {
  title: string;
  payload: string;
}

export interface LocalMenu {
  greeting: string;
  topics: Topic[];
  human: Topic;
}

/** `GET /widget/menu.json` */
export type Menu = Record<Locale, LocalMenu> & { hotline: string; ticket_url: string; max_chars: number };
