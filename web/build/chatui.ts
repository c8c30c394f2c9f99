import type { Plugin } from "vite";

interface Patch {
  file: string;
  find: string | RegExp;
  replacement: string;
}

const PATCHES: Patch[] = [
  {
    // Every message would interrupt a screen reader; components/announcer.tsx reads new ones politely instead.
    file: "components/Message/Message.js",
    find: /,\s*role: "alert",\s*"aria-live": "assertive",\s*"aria-atomic": "false"/,
    replacement: "",
  },
  {
    // In a small window "two screens from the end" is most of the chat: who reads above must not be pulled down.
    // components/messages.tsx notes on the scroller whether the visitor has scrolled up.
    file: "components/MessageContainer/index.js",
    find: "isNearBottom(wrapper, 2)",
    replacement: "wrapper.dataset.readsAbove === undefined",
  },
  {
    file: "components/MessageContainer/index.js",
    find: "isNearBottom(el, 3)",
    replacement: "isNearBottom(el, 0.5)",
  },
  {
    // It loads fonts from a third party.
    file: "dist/index.css",
    find: /@font-face\s*\{[^}]*\}/g,
    replacement: "",
  },
];

/** What has to change inside @chatui/core. Stops the build when a new version no longer has the text to change. */
export function chatUi(): Plugin {
  return {
    name: "chatui",
    enforce: "pre",
    transform(code, id) {
      const path = id.split("?")[0]?.replaceAll("\\", "/") ?? "";
      if (!path.includes("/@chatui/core/")) return null;
      let changed = code;
      for (const { file, find, replacement } of PATCHES) {
        if (!path.endsWith(`/${file}`)) continue;
        const next = changed.replace(find, replacement);
        if (next === changed) this.error(`@chatui/core changed: nothing to replace in ${file}`);
        changed = next;
      }
      return changed === code ? null : { code: changed, map: null };
    },
  };
}
