// Unacknowledged messages, kept over reloads: one key each, so that two tabs never overwrite each other's.
import type { Outgoing } from "./state.ts";
import type { Kept } from "../shared/bridge.ts";

const PREFIX = "outbox:";

export const outboxKey = (id: string): string => PREFIX + id;

export const pack = ({ id, text, payload, time, failed }: Outgoing): string =>
  JSON.stringify({ id, text, ...(payload ? { payload } : {}), time, failed });

/** What a former page left unsent, oldest first; anything unreadable is left out. */
export function unpackAll(kept: Kept): Outgoing[] {
  return Object.entries(kept)
    .filter(([key]) => key.startsWith(PREFIX))
    .flatMap(([key, value]) => unpack(key.slice(PREFIX.length), value))
    .sort((a, b) => a.time - b.time);
}

function unpack(id: string, value: string): Outgoing[] {
  let read: unknown;
  try {
    read = JSON.parse(value);
  } catch {
    return [];
  }
  if (typeof read !== "object" || read === null) return [];
  const { text, payload, time, failed } = read as Partial<Outgoing>;
  if (typeof text !== "string" || typeof time !== "number") return [];
  return [{ id, text, time, failed: failed === true, ...(typeof payload === "string" ? { payload } : {}) }];
}
