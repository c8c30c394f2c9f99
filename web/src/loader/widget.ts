// The launcher's behaviour, and what IcpAssistant.… does.
import type { Theme, ToLoader } from "../shared/bridge.ts";
import { CHAT, DOWN } from "../shared/icons.ts";
import { textOn } from "../shared/color.ts";
import { fill, tagOf } from "../shared/locale.ts";
import { Storage } from "../shared/storage.ts";
import { flashTitle } from "../shared/title-flash.ts";
import type { Locale } from "../shared/wire.ts";
import { loader as en } from "../locales/en.json";
import { loader as zh } from "../locales/zh.json";
import { build, type Parts } from "./element.ts";
import { Frame } from "./frame.ts";
import { isHiddenOn, type Options } from "./options.ts";
import { FULL_SCREEN } from "./styles.ts";

type EventName = "ready" | "open" | "close" | "unread" | "message";
type Handler = (detail?: unknown) => void;

const TEXTS = { en, zh };
const TEASER_DISMISSED = "teaser-dismissed";

export class Widget {
  private readonly parts: Parts;
  private readonly frame: Frame;
  private readonly storage = new Storage();
  private readonly handlers = new Map<EventName, Set<Handler>>();
  private readonly fullScreen = matchMedia(FULL_SCREEN);
  private locale: Locale;
  private theme: Theme;
  private isOpen = false;
  private unread = 0;
  private scrollLock: string | undefined;

  constructor(options: Options) {
    const { locale, theme } = this.storage.all();
    this.locale = locale === "en" || locale === "zh" ? locale : options.locale;
    this.theme = theme === "light" || theme === "dark" || theme === "auto" ? theme : options.theme;
    this.parts = build(options.side);
    const { host, launcher, panel, invite, dismiss } = this.parts;
    host.style.setProperty("--gap", `${options.offset}px`);
    host.style.setProperty("--brand", options.color);
    host.style.setProperty("--on-brand", textOn(options.color));
    this.frame = new Frame(panel, options.origin, {
      title: this.texts.frame,
      greet: () => ({
        options: { locale: this.locale, theme: this.theme, color: options.color },
        kept: this.storage.all(),
      }),
      told: (message) => this.told(message),
    });
    launcher.onclick = () => this.toggle();
    launcher.onpointerenter = () => this.frame.load();
    invite.onclick = () => this.open();
    dismiss.onclick = () => this.dismissTeaser();
    panel.onkeydown = (event) => {
      if (event.key === "Escape") this.close();
    };
    this.fullScreen.onchange = () => this.layOut();
    visualViewport?.addEventListener("resize", () => this.fitKeyboard());
    visualViewport?.addEventListener("scroll", () => this.fitKeyboard());
    this.storage.watch((key, value) => this.frame.send({ type: "kept", key, value }));
    this.render();
    if (isHiddenOn(location.pathname, options.hideOn)) this.hide();
    document.body.append(host);
    this.prefetchWhenIdle();
    if (options.teaserAfter !== undefined) setTimeout(() => this.showTeaser(), options.teaserAfter * 1_000);
    if (options.open) this.open();
  }

  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.frame.load();
    this.dismissTeaser();
    this.layOut();
    this.render();
    this.frame.focus();
    this.emit("open");
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.layOut();
    this.render();
    this.parts.launcher.focus();
    this.emit("close");
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  show(): void {
    this.parts.launcher.hidden = false;
  }

  hide(): void {
    this.parts.launcher.hidden = true;
    this.parts.teaser.hidden = true;
  }

  ask(text: string): void {
    if (!String(text ?? "").trim()) return;
    this.open();
    this.frame.send({ type: "say", text: String(text).trim() });
  }

  setLocale(locale: Locale): void {
    if (locale !== "en" && locale !== "zh") return;
    this.locale = locale;
    this.render();
    this.frame.send({ type: "locale", locale });
  }

  setTheme(theme: Theme): void {
    if (theme !== "light" && theme !== "dark" && theme !== "auto") return;
    this.theme = theme;
    this.render();
    this.frame.send({ type: "theme", theme });
  }

  setUser(jwt: string | null): void {
    this.frame.load();
    this.frame.send({ type: "user", jwt: jwt === null ? null : String(jwt) });
  }

  reset(): void {
    this.frame.load();
    this.frame.send({ type: "reset" });
  }

  on(event: EventName, handler: Handler): void {
    const handlers = this.handlers.get(event) ?? new Set();
    this.handlers.set(event, handlers.add(handler));
  }

  off(event: EventName, handler: Handler): void {
    this.handlers.get(event)?.delete(handler);
  }

  private emit(event: EventName, detail?: unknown): void {
    for (const handler of this.handlers.get(event) ?? []) {
      // A fault of the page's code is the page's: report it, and go on.
      try {
        handler(detail);
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
      }
    }
  }

  private told(message: ToLoader): void {
    switch (message.type) {
      case "keep":
        return this.storage.set(message.key, message.value);
      case "ready":
        this.layOut();
        return this.emit("ready");
      case "close":
        return this.close();
      case "unread":
        this.unread = message.count;
        this.render();
        return this.emit("unread", message.count);
      case "message":
        return this.emit("message", message.message);
      case "flash":
        return flashTitle(message.text);
      case "locale":
        this.locale = message.locale;
        return this.render();
      case "theme":
        this.theme = message.theme;
        return this.render();
      case "hello":
        return;
    }
  }

  private get texts() {
    return TEXTS[this.locale];
  }

  private render(): void {
    const { host, launcher, icon, badge, panel, invite, dismiss } = this.parts;
    const { texts, isOpen, unread } = this;
    const dark = this.theme === "dark" || (this.theme === "auto" && matchMedia("(prefers-color-scheme:dark)").matches);
    host.lang = tagOf(this.locale);
    host.style.setProperty("--surface", dark ? "#1b222d" : "#fff");
    const action = isOpen ? texts.close : texts.open;
    const separator = this.locale === "zh" ? "，" : ", ";
    launcher.setAttribute("aria-label", unread && !isOpen ? action + separator + fill(texts.unread, { n: unread }) : action);
    launcher.setAttribute("aria-expanded", String(isOpen));
    launcher.classList.toggle("open", isOpen);
    icon.setAttribute("d", isOpen ? DOWN : CHAT);
    badge.hidden = isOpen || !unread;
    badge.textContent = unread > 99 ? "99+" : String(unread);
    panel.classList.toggle("open", isOpen);
    panel.setAttribute("aria-label", texts.frame);
    this.frame.title = texts.frame;
    invite.textContent = texts.teaser;
    dismiss.setAttribute("aria-label", texts.dismiss);
  }

  /** Tells the frame how it is shown, and keeps the page behind a full screen from scrolling. */
  private layOut(): void {
    const isFull = this.isOpen && this.fullScreen.matches;
    const { style } = document.documentElement;
    if (isFull && this.scrollLock === undefined) {
      this.scrollLock = style.overflow;
      style.overflow = "hidden";
    } else if (!isFull && this.scrollLock !== undefined) {
      style.overflow = this.scrollLock;
      this.scrollLock = undefined;
    }
    this.fitKeyboard();
    this.frame.send({ type: "visible", open: this.isOpen, fullScreen: isFull });
  }

  /** Keeps the input above the touch keyboard, which covers the page on iOS instead of shrinking it. */
  private fitKeyboard(): void {
    const { style } = this.parts.panel;
    const isFull = this.isOpen && this.fullScreen.matches && visualViewport && visualViewport.scale === 1;
    style.height = isFull ? `${visualViewport?.height}px` : "";
    style.top = isFull ? `${visualViewport?.offsetTop}px` : "";
    style.bottom = isFull ? "auto" : "";
  }

  private prefetchWhenIdle(): void {
    const prefetch = () =>
      "requestIdleCallback" in window
        ? requestIdleCallback(() => this.frame.load(), { timeout: 4_000 })
        : setTimeout(() => this.frame.load(), 2_000);
    if (document.readyState === "complete") prefetch();
    else addEventListener("load", prefetch, { once: true });
  }

  private showTeaser(): void {
    const { teaser, launcher } = this.parts;
    teaser.hidden = this.isOpen || launcher.hidden || this.storage.get(TEASER_DISMISSED) !== null;
  }

  private dismissTeaser(): void {
    if (this.parts.teaser.hidden) return;
    this.parts.teaser.hidden = true;
    this.storage.set(TEASER_DISMISSED, "1");
  }
}
