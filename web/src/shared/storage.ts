// First-party storage under one prefix; where the browser forbids it, memory for as long as the page lives.
import type { Kept } from "./bridge.ts";

const PREFIX = "icp-assistant:";

export interface KeyValueStorage {
  all(): Kept;
  set(key: string, value: string | null): void;
  /** Calls `changed` when another tab of this site has changed a key. */
  watch(changed: (key: string, value: string | null) => void): void;
}

export function openStorage(): KeyValueStorage {
  const memory: Kept = {};
  const local = usableLocalStorage();
  if (local) {
    for (const key of Object.keys(local)) {
      if (key.startsWith(PREFIX)) memory[key.slice(PREFIX.length)] = local[key] as string;
    }
  }
  return {
    all: () => ({ ...memory }),
    set(key, value) {
      if (value === null) {
        delete memory[key];
        local?.removeItem(PREFIX + key);
        return;
      }
      memory[key] = value;
      try {
        local?.setItem(PREFIX + key, value);
      } catch {
        // full: this page still has it in memory
      }
    },
    watch(changed) {
      addEventListener("storage", (event) => {
        if (!event.key?.startsWith(PREFIX)) return;
        const key = event.key.slice(PREFIX.length);
        // The value of now, not of the event: two tabs that write at once then agree on the last one.
        const value = local?.getItem(event.key) ?? null;
        if (value === null) delete memory[key];
        else memory[key] = value;
        changed(key, value);
      });
    },
  };
}

function usableLocalStorage(): Storage | undefined {
  try {
    localStorage.setItem(`${PREFIX}v`, "1"); // some browsers only refuse to write
    return localStorage;
  } catch {
    return undefined;
  }
}
