import type { Strings } from "./strings.ts";

/** A still picture of a conversation, drawn with text. */
export function Preview({ texts: { preview, previewLabel } }: { texts: Strings }) {
  return (
    <figure class="preview" aria-label={previewLabel}>
      <p class="own">{preview.ask}</p>
      <p>{preview.look}</p>
      <p>{preview.found}</p>
      <p>{preview.did}</p>
      <div class="chips">
        <span>{preview.yes}</span>
        <span>{preview.no}</span>
        <span>{preview.person}</span>
      </div>
    </figure>
  );
}
