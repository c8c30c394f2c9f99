import { useRef } from "preact/hooks";
import { useTexts } from "../context.ts";

/** A picture that opens large. */
export function Picture({ address, alt }: { address: string; alt: string }) {
  const texts = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" class="picture" aria-label={`${texts.zoom}: ${alt}`} onClick={() => dialog.current?.showModal()}>
        <img src={address} alt="" loading="lazy" referrerpolicy="no-referrer" />
      </button>
      <dialog ref={dialog} class="lightbox" onClick={() => dialog.current?.close()}>
        <img src={address} alt={alt} loading="lazy" referrerpolicy="no-referrer" />
        <button type="button" class="reply">
          {texts.done}
        </button>
      </dialog>
    </>
  );
}
