import { useState } from "preact/hooks";
import type { Locale } from "../shared/wire.ts";
import type { Strings } from "./strings.ts";

const SHOWN_FOR = 2_500;

export function Embed({ texts, locale }: { texts: Strings; locale: Locale }) {
  const [copied, setCopied] = useState(false);
  const tag = `<script async src="${location.origin}/widget.js" data-lang="${locale}"></script>`;

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(tag);
    } catch {
      return; // not allowed here; the text can still be selected
    }
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_FOR);
  };

  return (
    <section aria-labelledby="embed">
      <h2 id="embed">{texts.embedTitle}</h2>
      <p class="sub">{texts.embedText}</p>
      <div class="code">
        <code>{tag}</code>
        <button type="button" class="secondary" onClick={copy}>
          <span role="status">{copied ? texts.copied : texts.copy}</span>
        </button>
      </div>
      <p class="note">{texts.embedNote}</p>
    </section>
  );
}
