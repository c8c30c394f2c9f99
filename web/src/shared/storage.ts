// First-party storage under one prefix; where the browser forbids it, memory for as long as the page lives.
import type { Kept } from "./bridge.ts";

const PREFIX = "icp-assistant:";

export class Storage {
  private readonly memory: Kept = {};
  private readonly local = usableLocalStorage();

  all(): Kept {
    if (!this.local) return { ...this.memory };
    const kept: Kept = {};
    for (const key of Object.keys(this.local)) {
      if (key.startsWith(PREFIX)) kept[key.slice(PREFIX.length)] = this.local.getItem(key) ?? "";
    }
    return kept;
  }

  get(key: string): string | null {
    return this.local ? this.local.getItem(PREFIX + key) : (this.memory[key] ?? null);
  }

  set(key: string, value: string | null): void {
    if (value === null) {
      delete this.memory[key];
      this.local?.removeItem(PREFIX + key);
      return;
    }
    this.memory[key] = value;
    try {
      this.local?.setItem(PREFIX + key, value);
    } catch {
      // full: this page still has it in memory
    }
  }

  /** Calls `changed` when another tab of this site has changed a key. */
  watch(changed: (key: string, value: string | null) => void): void {
    addEventListener("storage", (event) => {
      // The value of now, not of the event: two tabs that write at once then agree on the last one.
      if (event.key?.startsWith(PREFIX)) changed(event.key.slice(PREFIX.length), this.local?.getItem(event.key) ?? null);
    });
  }
}

function usableLocalStorage(): globalThis.Storage | undefined {
  try {
    const probe = `${PREFIX}probe`;
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return undefined;
  }
}
