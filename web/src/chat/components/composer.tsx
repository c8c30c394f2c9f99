import { useImperativeHandle, useLayoutEffect, useRef } from "preact/hooks";
import type { RefObject } from "preact";
import { fill } from "../../shared/locale.ts";
import { useChat, useTexts, useView } from "../context.ts";
import { Icon } from "./icon.tsx";

const COUNT_FROM = 200; // characters before the limit
const MAX_HEIGHT = 132; // px, six lines

export interface ComposerHandle {
  focus(): void;
}

export function Composer({ handle }: { handle: RefObject<ComposerHandle | null> }) {
  const chat = useChat();
  const texts = useTexts();
  const { draft, menu, locale, notice } = useView((view) => view);
  const input = useRef<HTMLTextAreaElement>(null);
  const max = menu?.max_chars ?? 2_000;
  // Code points, as the server counts: an emoji or a rare character is one.
  const length = [...draft.trim()].length;
  const isTooLong = length > max;

  useImperativeHandle(handle, () => ({ focus: () => input.current?.focus({ preventScroll: true }) }), []);

  useLayoutEffect(() => {
    const element = input.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, MAX_HEIGHT)}px`;
  }, [draft]);

  const send = () => {
    if (!length || isTooLong) return;
    chat.say(draft.trim());
    chat.setDraft("");
    input.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    send();
  };

  const askPerson = () => {
    chat.say(menu?.[locale].human.title ?? texts.person, menu?.[locale].human.payload);
    input.current?.focus();
  };

  const hint = limitHint();
  function limitHint(): string {
    if (isTooLong) return fill(texts.tooLong, { n: length - max, max });
    if (length > max - COUNT_FROM) return fill(texts.left, { n: max - length });
    return notice;
  }

  return (
    <footer class="ChatFooter">
      <div class="footer-inner">
        <div class="footer-row">
          <button type="button" class="person" onClick={askPerson}>
            <Icon name="person" />
            {texts.person}
          </button>
          <span id="hint" class={isTooLong ? "hint hint-bad" : "hint"} role="status">
            {hint}
          </span>
        </div>
        <form
          class="composer"
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <textarea
            ref={input}
            rows={1}
            value={draft}
            placeholder={texts.placeholder}
            aria-label={texts.input}
            aria-describedby="hint"
            aria-invalid={isTooLong}
            enterkeyhint="send"
            onInput={(event) => chat.setDraft(event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <button type="submit" class="send" aria-label={texts.send} disabled={!length || isTooLong}>
            <Icon name="send" />
          </button>
        </form>
      </div>
    </footer>
  );
}

/** Enter that chooses a candidate of an input method. Safari ends the composition first; 229 still tells it. */
const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;
