import { useTexts, useChat, useView } from "../context.ts";
import { Icon } from "./icon.tsx";
import { Menu } from "./menu.tsx";

export function Header() {
  const chat = useChat();
  const texts = useTexts();
  const { locale, connection } = useView((view) => view);
  const other = locale === "zh" ? "en" : "zh";
  const status = { idle: texts.online, online: texts.online, connecting: texts.connecting, offline: texts.offlineShort };
  return (
    <header class="header">
      <span class="mark" aria-hidden="true">
        <Icon name="chat" />
      </span>
      <div class="header-titles">
        <h1 class="header-title">{texts.title}</h1>
        <div class="header-status" data-connection={connection}>
          {status[connection]}
        </div>
      </div>
      <button
        type="button"
        class="header-button"
        lang={other === "zh" ? "zh-CN" : "en"}
        aria-label={texts.switchLabel}
        onClick={() => chat.setLocale(other)}
      >
        {texts.switchTo}
      </button>
      <Menu />
      {chat.host.embedded && (
        <button
          type="button"
          class="header-button"
          aria-label={texts.close}
          onClick={() => chat.host.tell({ type: "close" })}
        >
          <Icon name="close" />
        </button>
      )}
    </header>
  );
}
