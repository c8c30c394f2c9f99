import { useEffect, useRef, useState } from "preact/hooks";
import type { Theme } from "../../shared/bridge.ts";
import { useChat, useTexts, useView } from "../context.ts";
import { download, transcriptOf } from "../transcript.ts";
import { Confirm } from "./confirm.tsx";
import { Icon } from "./icon.tsx";

const THEMES: Theme[] = ["light", "dark", "auto"];

type Question = "new" | "delete";

export function Menu() {
  const chat = useChat();
  const texts = useTexts();
  const { muted, theme, locale } = useView((view) => view);
  const [open, setOpen] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  useEffect(() => {
    if (!open) return;
    items(list.current)[0]?.focus();
    const outside = (event: Event) => {
      const target = event.target as Node;
      if (!list.current?.contains(target) && !button.current?.contains(target)) setOpen(false);
    };
    const leave = () => setOpen(false);
    addEventListener("pointerdown", outside);
    addEventListener("blur", leave);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("blur", leave);
    };
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    const all = items(list.current);
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all.at(to % all.length)?.focus();
    } else if (event.key === "Escape") {
      event.preventDefault(); // closes the menu, not the chat
      close();
    } else if (event.key === "Tab") {
      setOpen(false);
    }
  };

  const saveTranscript = () => {
    const day = new Date().toISOString().slice(0, 10);
    download(`icp-chat-${day}.txt`, transcriptOf(chat.conversation.get().messages, locale));
    close();
  };

  const answer = async (asked: Question) => {
    setQuestion(null);
    button.current?.focus();
    if (asked === "new") chat.startAnew();
    else if (!(await chat.forget())) chat.notice(texts.deleteFailed);
  };

  const ask = (asked: Question) => {
    setOpen(false);
    setQuestion(asked);
  };

  return (
    <div class="menu">
      <button
        ref={button}
        type="button"
        class="header-button"
        aria-label={texts.menu}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {open && (
        <div ref={list} class="menu-list" role="menu" aria-label={texts.menu} onKeyDown={onKeyDown}>
          <button type="button" role="menuitem" tabIndex={-1} onClick={() => ask("new")}>
            <Icon name="plus" />
            {texts.newChat}
          </button>
          <button type="button" role="menuitem" tabIndex={-1} onClick={saveTranscript}>
            <Icon name="download" />
            {texts.download}
          </button>
          <button type="button" role="menuitem" tabIndex={-1} onClick={() => ask("delete")}>
            <Icon name="trash" />
            {texts.delete}
          </button>
          <div class="menu-line" role="separator" />
          <button
            type="button"
            role="menuitemcheckbox"
            aria-checked={!muted}
            tabIndex={-1}
            onClick={() => chat.setMuted(!muted)}
          >
            <Icon name="sound" />
            {texts.sound}
            {!muted && <Icon name="check" />}
          </button>
          <div class="menu-line" role="separator" />
          <div class="menu-heading" role="presentation">
            {texts.appearance}
          </div>
          <div role="group" aria-label={texts.appearance}>
            {THEMES.map((it) => (
              <button
                key={it}
                type="button"
                role="menuitemradio"
                aria-checked={theme === it}
                tabIndex={-1}
                onClick={() => chat.setTheme(it)}
              >
                {texts[it]}
                {theme === it && <Icon name="check" />}
              </button>
            ))}
          </div>
        </div>
      )}
      {question && (
        <Confirm
          text={question === "new" ? texts.newChatAsk : texts.deleteAsk}
          yes={question === "new" ? texts.confirmNew : texts.confirm}
          onYes={() => answer(question)}
          onNo={() => {
            setQuestion(null);
            button.current?.focus();
          }}
        />
      )}
    </div>
  );
}

const items = (list: HTMLElement | null): HTMLElement[] => [
  ...(list?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? []),
];
