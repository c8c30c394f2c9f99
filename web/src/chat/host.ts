// Where the chat lives: in the loader's frame on someone's page, or as a page of its own.
import { type Kept, type FrameOptions, seal, type ToFrame, type ToLoader, unseal } from "../shared/bridge.ts";
import { isTheme } from "../shared/guards.ts";
import { chooseLocale } from "../shared/locale.ts";
import { openStorage } from "../shared/storage.ts";
import { flashTitle } from "../shared/title-flash.ts";

export interface Host {
  readonly embedded: boolean;
  readonly options: FrameOptions;
  readonly kept: Kept;
  keep(key: string, value: string | null): void;
  tell(message: Exclude<ToLoader, { type: "hello" | "keep" }>): void;
  listen(handler: (message: ToFrame) => void): void;
}

/** The page /widget/frame: the loader around it says who we are and keeps what must survive. */
export function embeddedHost(): Promise<Host> {
  return new Promise((resolve) => {
    let origin: string | undefined;
    let handler: ((message: ToFrame) => void) | undefined;
    const waiting: ToFrame[] = [];
    // Only `hello` may go to an unknown page; frame-ancestors decides who can be around us at all.
    const post = (message: ToLoader) => parent.postMessage(seal(message), origin ?? "*");

    addEventListener("message", (event) => {
      if (event.source !== parent || (origin !== undefined && event.origin !== origin)) return;
      const message = unseal<ToFrame>(event.data);
      if (!message) return;
      if (message.type !== "init") {
        if (handler) handler(message);
        else waiting.push(message);
        return;
      }
      if (origin !== undefined) return;
      origin = event.origin;
      const { options, kept } = message;
      resolve({
        embedded: true,
        options,
        kept,
        keep(key, value) {
          if (value === null) delete kept[key];
          else kept[key] = value;
          post({ type: "keep", key, value });
        },
        tell: post,
        listen(listener) {
          handler = listener;
          for (const early of waiting.splice(0)) listener(early);
        },
      });
    });
    post({ type: "hello" });
  });
}

/** The page /chat, which has the browser's storage to itself. `?lang=zh&theme=dark` choose for a first visit. */
export function pageHost(): Host {
  const storage = openStorage();
  const query = new URLSearchParams(location.search);
  const theme = query.get("theme");
  return {
    embedded: false,
    options: {
      locale: chooseLocale(query.get("lang")),
      theme: isTheme(theme) ? theme : "auto",
    },
    get kept() {
      return storage.all();
    },
    keep: (key, value) => storage.set(key, value),
    tell(message) {
      if (message.type === "flash") flashTitle(message.text);
    },
    listen(handler) {
      storage.watch((key, value) => handler({ type: "kept", key, value }));
      handler({ type: "visible", open: true, fullScreen: false });
    },
  };
}
