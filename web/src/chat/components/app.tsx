import { ConfigProvider } from "@chatui/core/es/components/ConfigProvider";
import { useColorScheme } from "@chatui/core/es/hooks/useColorScheme";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { tagOf } from "../../shared/locale.ts";
import { useChat, useConversation, useTexts, useView } from "../context.ts";
import { keepFocusInside } from "../focus.ts";
import { isEmpty } from "../state.ts";
import { Announcer } from "./announcer.tsx";
import { Composer, type ComposerHandle } from "./composer.tsx";
import { Header } from "./header.tsx";
import { Home } from "./home.tsx";
import { Messages } from "./messages.tsx";
import { OfflineBanner } from "./offline-banner.tsx";

export function App() {
  const chat = useChat();
  const texts = useTexts();
  const { locale, theme, open, fullScreen } = useView((view) => view);
  const isHome = useConversation(isEmpty);
  const composer = useRef<ComposerHandle | null>(null);
  useColorScheme(theme);

  useLayoutEffect(() => {
    document.documentElement.lang = tagOf(locale);
    document.title = texts.pageTitle;
  }, [locale, texts]);

  useEffect(() => {
    // A touch keyboard would cover the topics that we show first.
    if (open && !matchMedia("(pointer: coarse)").matches) composer.current?.focus();
  }, [open]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) chat.host.tell({ type: "close" });
      if (event.key === "Tab" && fullScreen) keepFocusInside(event);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [chat, fullScreen]);

  const focusInput = useMemo(() => () => composer.current?.focus(), []);
  const backBottom = { bottom: texts.bottom, newMsgOne: texts.newOne, newMsgOther: texts.newMany };

  return (
    <ConfigProvider locale={locale === "zh" ? "zh-CN" : "en-US"} locales={{ BackBottom: backBottom }}>
      <div class={chat.host.embedded ? "ChatApp" : "ChatApp full-page"}>
        <Header />
        <OfflineBanner />
        <main class="body">{isHome ? <Home onSaid={focusInput} /> : <Messages onReplied={focusInput} />}</main>
        <Composer handle={composer} />
        <Announcer />
      </div>
    </ConfigProvider>
  );
}
