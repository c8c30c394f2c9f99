// The iframe and the talk with it. Created once, hidden, before the visitor needs it.
import { seal, type ToFrame, type ToLoader, unseal } from "../shared/bridge.ts";

export interface Frame {
  load(): void;
  focus(): void;
  send(message: ToFrame): void;
}

/** `greeting`: what a frame that says hello gets first; `told`: hears what it says. */
export function createFrame(
  iframe: HTMLIFrameElement,
  panel: HTMLElement,
  origin: string,
  greeting: () => ToFrame,
  told: (message: ToLoader) => void,
): Frame {
  let isReady = false;
  let waiting: ToFrame[] = [];
  const post = (message: ToFrame) => iframe.contentWindow?.postMessage(seal(message), origin);

  return {
    load() {
      if (iframe.src) return;
      iframe.src = `${origin}/widget/frame`;
      iframe.allow = "autoplay";
      addEventListener("message", (event) => {
        if (event.origin !== origin || event.source !== iframe.contentWindow) return;
        const message = unseal<ToLoader>(event.data);
        if (!message) return;
        if (message.type === "hello") {
          isReady = true;
          post(greeting());
          waiting.forEach(post);
          waiting = [];
        } else {
          told(message);
        }
      });
      panel.append(iframe);
    },
    focus: () => iframe.focus(),
    send(message) {
      if (isReady) post(message);
      else waiting.push(message);
    },
  };
}
