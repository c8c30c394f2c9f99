// The launcher's behaviour, and what IcpAssistant.… does. Closures instead of a class: their names get short in the build.
import { loader as en } from "../locales/en.json";
import { loader as zh } from "../locales/zh.json";
import type { Theme, ToLoader } from "../shared/bridge.ts";
import { textOn } from "../shared/color.ts";
import { isLocale, isTheme } from "../shared/guards.ts";
import { CHAT, DOWN } from "../shared/icons.ts";
import { tagOf } from "../shared/locale.ts";
import { openStorage } from "../shared/storage.ts";
import { flashTitle } from "../shared/title-flash.ts";
import type { Locale } from "../shared/wire.ts";
import { build } from "./element.ts";
import { createFrame } from "./frame.ts";
import { isHiddenOn, type Options } from "./options.ts";
import { FULL_SCREEN } from "./styles.ts";

type EventName = "ready" | "open" | "close" | "unread" | "message";
type Handler = (detail?: unknown) => void;

export interface Widget {
  open(): void;
  close(): void;
  toggle(): void;
  show(): void;
  hide(): void;
  ask(text: string): void;
  setLocale(locale: Locale): void;
  setTheme(theme: Theme): void;
  setUser(jwt: string | null): void;
  reset(): void;
  on(event: EventName, handler: Handler): void;
  off(event: EventName, handler: Handler): void;
}

const TEASER_DISMISSED = "teaser-dismissed";

export function createWidget(options: Options): Widget {
  const storage = openStorage();
  const kept = storage.all();
  const { host, launcher, icon, badge, panel, teaser, invite, dismiss } = build(options.side);
  const iframe = document.createElement("iframe");
  const fullScreen = matchMedia(FULL_SCREEN);
  const darkSystem = matchMedia("(prefers-color-scheme:dark)");
  const page = document.documentElement.style;
  const listeners: [EventName, Handler][] = [];
  let locale = isLocale(kept["locale"]) ? kept["locale"] : options.locale;
  let theme = isTheme(kept["theme"]) ? kept["theme"] : options.theme;
  let isOpen = false;
  let unread = 0;
  let isLocked = false;
  let pageOverflow = "";

  const frame = createFrame(
    iframe,
    panel,
    options.origin,
    () => ({ type: "init", options: { locale, theme, color: options.color }, kept: storage.all() }),
    told,
  );

  function told(message: ToLoader): void {
    switch (message.type) {
      case "keep":
        return storage.set(message.key, message.value);
      case "ready":
        layOut();
        return emit("ready");
      case "close":
        return close();
      case "unread":
        unread = message.count;
        render();
        return emit("unread", unread);
      case "message":
        return emit("message", message.message);
      case "flash":
        return flashTitle(message.text);
      case "locale":
        locale = message.locale;
        return render();
      case "theme":
        theme = message.theme;
        return render();
    }
  }

  function emit(event: EventName, detail?: unknown): void {
    for (const [name, handler] of [...listeners]) {
      // In its own task: a fault of the page's code is the page's, and stops nothing here.
      if (name === event) setTimeout(handler, 0, detail);
    }
  }

  function render(): void {
    const texts = { en, zh }[locale];
    const isDark = theme === "dark" || (theme === "auto" && darkSystem.matches);
    const news = texts.unread.replace("{n}", `${unread}`);
    host.lang = tagOf(locale);
    host.style.setProperty("--surface", isDark ? "#1b222d" : "#fff");
    launcher.ariaLabel = isOpen ? texts.close : unread ? news : texts.open;
    launcher.ariaExpanded = `${isOpen}`;
    launcher.classList.toggle("open", isOpen);
    icon.setAttribute("d", isOpen ? DOWN : CHAT);
    badge.hidden = isOpen || !unread;
    badge.textContent = unread > 99 ? "99+" : `${unread}`;
    panel.classList.toggle("open", isOpen);
    panel.ariaLabel = iframe.title = texts.frame;
    invite.textContent = texts.teaser;
    dismiss.ariaLabel = texts.dismiss;
  }

  /** Tells the frame how it is shown, and keeps the page behind a full screen from scrolling. */
  function layOut(): void {
    const isFull = isOpen && fullScreen.matches;
    if (isFull !== isLocked) {
      [page.overflow, pageOverflow] = isFull ? ["hidden", page.overflow] : [pageOverflow, ""];
      isLocked = isFull;
    }
    fitKeyboard();
    frame.send({ type: "visible", open: isOpen, fullScreen: isFull });
  }

  /** Keeps the input above the touch keyboard, which covers the page on iOS instead of shrinking it. */
  function fitKeyboard(): void {
    const view = visualViewport;
    const fits = isOpen && fullScreen.matches && view?.scale === 1;
    panel.style.cssText = fits ? `height:${view.height}px;top:${view.offsetTop}px;bottom:auto` : "";
  }

  function dismissTeaser(): void {
    if (!teaser.hidden) storage.set(TEASER_DISMISSED, "1");
    teaser.hidden = true;
  }

  function setOpen(open: boolean): void {
    if (open === isOpen) return;
    isOpen = open;
    frame.load();
    if (open) dismissTeaser();
    layOut();
    render();
    if (open) frame.focus();
    else launcher.focus();
    emit(open ? "open" : "close");
  }

  const open = () => setOpen(true);
  const close = () => setOpen(false);
  const toggle = () => setOpen(!isOpen);

  host.style.setProperty("--gap", `${options.offset}px`);
  host.style.setProperty("--brand", options.color);
  host.style.setProperty("--on-brand", textOn(options.color));
  launcher.onclick = toggle;
  launcher.onpointerenter = frame.load;
  invite.onclick = open;
  dismiss.onclick = dismissTeaser;
  fullScreen.onchange = layOut;
  darkSystem.onchange = render;
  if (visualViewport) visualViewport.onresize = visualViewport.onscroll = fitKeyboard;
  storage.watch((key, value) => frame.send({ type: "kept", key, value }));
  render();
  launcher.hidden = isHiddenOn(location.pathname, options.hideOn);
  // Not into the body: it may not be there yet, and some sites replace it.
  document.documentElement.append(host);

  // The page's own content comes first, then the frame, so that opening is instant.
  const prefetch = () => (window.requestIdleCallback ?? setTimeout)(frame.load);
  if (document.readyState === "complete") prefetch();
  else addEventListener("load", prefetch);

  if (options.teaserAfter !== undefined && !kept[TEASER_DISMISSED]) {
    setTimeout(() => (teaser.hidden = isOpen || launcher.hidden), options.teaserAfter * 1_000);
  }
  if (options.open) open();

  return {
    open,
    close,
    toggle,
    show: () => (launcher.hidden = false),
    hide: () => (launcher.hidden = teaser.hidden = true),
    ask(text) {
      open();
      frame.send({ type: "say", text: `${text}`.trim() });
    },
    setLocale(wanted) {
      if (!isLocale(wanted)) return;
      locale = wanted;
      render();
      frame.send({ type: "locale", locale });
    },
    setTheme(wanted) {
      if (!isTheme(wanted)) return;
      theme = wanted;
      render();
      frame.send({ type: "theme", theme });
    },
    setUser(jwt) {
      frame.load();
      frame.send({ type: "user", jwt });
    },
    reset() {
      frame.load();
      frame.send({ type: "reset" });
    },
    on: (event, handler) => listeners.push([event, handler]),
    off(event, handler) {
      const at = listeners.findIndex(([name, it]) => name === event && it === handler);
      if (at >= 0) listeners.splice(at, 1);
    },
  };
}
