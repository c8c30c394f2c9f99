import { useEffect, useRef } from "preact/hooks";
import { useTexts } from "../context.ts";

interface Props {
  text: string;
  yes: string;
  onYes: () => void;
  onNo: () => void;
}

export function Confirm({ text, yes, onYes, onNo }: Props) {
  const texts = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  // The dialog would close by itself; but Esc must not reach the chat, which would close too.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onNo();
  };
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-text" onKeyDown={onKeyDown} onCancel={onNo}>
      <p id="confirm-text">{text}</p>
      <div class="confirm-buttons">
        <button type="button" class="reply" onClick={onNo}>
          {texts.cancel}
        </button>
        <button type="button" class="primary" onClick={onYes}>
          {yes}
        </button>
      </div>
    </dialog>
  );
}
