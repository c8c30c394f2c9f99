// The iframe and the talk with it. Created once, hidden, before the visitor needs it.
import { type FrameOptions, type Kept, seal, type ToFrame, type ToLoader, unseal } from "../shared/bridge.ts";

interface FrameEvents {
  title: string;
  greet(): { options: FrameOptions; kept: Kept };
  told(message: ToLoader): void;
}

export class Frame {
  private element: HTMLIFrameElement | undefined;
  private ready = false;
  private readonly waiting: ToFrame[] = [];

  constructor(
    private readonly panel: HTMLElement,
    private readonly origin: string,
    private readonly events: FrameEvents,
  ) {}

  load(): void {
    if (this.element) return;
    this.element = document.createElement("iframe");
    this.element.title = this.events.title;
    this.element.allow = "autoplay; clipboard-write";
    this.element.src = `${this.origin}/widget/frame`;
    addEventListener("message", (event) => {
      if (event.origin !== this.origin || event.source !== this.element?.contentWindow) return;
      const message = unseal<ToLoader>(event.data);
      if (message) this.told(message);
    });
    this.panel.append(this.element);
  }

  set title(title: string) {
    if (this.element) this.element.title = title;
  }

  focus(): void {
    this.element?.focus();
  }

  send(message: ToFrame): void {
    if (this.ready) this.post(message);
    else this.waiting.push(message);
  }

  private told(message: ToLoader): void {
    if (message.type === "hello") {
      // Again after a reload of the frame itself.
      this.ready = true;
      this.post({ type: "init", ...this.events.greet() });
      for (const late of this.waiting.splice(0)) this.post(late);
    }
    this.events.told(message);
  }

  private post(message: ToFrame): void {
    this.element?.contentWindow?.postMessage(seal(message), this.origin);
  }
}
