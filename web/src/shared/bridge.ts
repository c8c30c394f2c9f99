// What the loader (on the host's page) and the frame (on ours) say to each other by postMessage.
// Both sides check `origin` and `source` of every message.
import type { Locale, Message } from "./wire.ts";

export type Theme = "light" | "dark" | "auto";

/** What survives a reload. In a third-party frame the browser may block storage, so the loader keeps it for us. */
export type Kept = Record<string, string>;

export interface FrameOptions {
  locale: Locale;
  theme: Theme;
  color?: string;
}

export type ToFrame =
  | { type: "init"; options: FrameOptions; kept: Kept }
  | { type: "visible"; open: boolean; fullScreen: boolean }
  | { type: "say"; text: string }
  | { type: "locale"; locale: Locale }
  | { type: "theme"; theme: Theme }
  | { type: "user"; jwt: string | null }
  | { type: "reset" }
  /** Another tab changed it; null: removed. */
  | { type: "kept"; key: string; value: string | null };

export type ToLoader =
  | { type: "hello" }
  | { type: "ready" }
  | { type: "keep"; key: string; value: string | null }
  | { type: "close" }
  | { type: "unread"; count: number }
  | { type: "message"; message: Message }
  | { type: "flash"; text: string }
  | { type: "theme"; theme: Theme }
  | { type: "locale"; locale: Locale };

interface Envelope<T> {
  icpAssistant: T;
}

export const seal = <T>(content: T): Envelope<T> => ({ icpAssistant: content });

/** The content of a message from the other side; undefined for anything else that is posted to a window. */
export function unseal<T extends ToFrame | ToLoader>(data: unknown): T | undefined {
  return (data as Partial<Envelope<T>> | null)?.icpAssistant;
}
