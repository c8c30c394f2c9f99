import { useState } from "preact/hooks";
import { fill } from "../../shared/locale.ts";
import type { Message } from "../../shared/wire.ts";
import { useChat, useTexts } from "../context.ts";
import { Icon } from "./icon.tsx";

const SCORES = [1, 2, 3, 4, 5];
const MAX_COMMENT = 1_000;

/** "How was this chat?": one to five, with a word if the visitor likes, or skipped. */
export function Rating({ message: { id, rated } }: { message: Message }) {
  const chat = useChat();
  const texts = useTexts();
  const [score, setScore] = useState<number | null>(null);
  const [comment, setComment] = useState("");
  const [busy, setBusy] = useState(false);

  if (rated !== undefined) {
    return <p class="rated">{rated === null ? texts.rateSkipped : fill(texts.rateThanks, { n: rated })}</p>;
  }

  const answer = async (given: number | null) => {
    setBusy(true);
    const ok = await chat.rate(id, given, given === null ? "" : comment.trim());
    setBusy(false);
    if (!ok) chat.notice(texts.rateFailed);
  };

  return (
    <div class="rating">
      <fieldset disabled={busy}>
        <legend class="only-heard">{texts.rateLegend}</legend>
        <div class="stars">
          {SCORES.map((n) => (
            <label key={n} class={score !== null && n <= score ? "star star-on" : "star"}>
              <input type="radio" name={`rating-${id}`} checked={score === n} onChange={() => setScore(n)} />
              <span class="only-heard">{fill(texts.rateScore, { n })}</span>
              <Icon name="star" />
            </label>
          ))}
        </div>
        <div class="star-ends" aria-hidden="true">
          <span>{texts.rateLow}</span>
          <span>{texts.rateHigh}</span>
        </div>
        {score !== null && (
          <textarea
            rows={2}
            maxLength={MAX_COMMENT}
            aria-label={texts.rateComment}
            placeholder={texts.rateComment}
            value={comment}
            onInput={(event) => setComment(event.currentTarget.value)}
          />
        )}
        <div class="rating-buttons">
          <button type="button" class="reply" onClick={() => answer(null)}>
            {texts.rateSkip}
          </button>
          {score !== null && (
            <button type="button" class="primary" onClick={() => answer(score)}>
              {texts.rateSend}
            </button>
          )}
        </div>
      </fieldset>
    </div>
  );
}
