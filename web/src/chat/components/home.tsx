import { fill } from "../../shared/locale.ts";
import type { Topic } from "../../shared/wire.ts";
import { useChat, useTexts, useView } from "../context.ts";
import { toHtml } from "../markdown.ts";
import { Icon } from "./icon.tsx";

/** What a visitor sees before the first message. */
export function Home({ onSaid }: { onSaid: () => void }) {
  const chat = useChat();
  const texts = useTexts();
  const { locale, menu } = useView((view) => view);
  const local = menu?.[locale];

  const say = ({ title, payload }: Topic) => {
    chat.say(title, payload);
    onSaid();
  };

  return (
    // It scrolls in small windows, so the keyboard must reach it.
    <div class="home" tabIndex={0} role="region" aria-label={texts.title}>
      {local && menu && (
        <div class="home-inner">
          <div class="home-greeting" dangerouslySetInnerHTML={{ __html: toHtml(local.greeting) }} />
          <h2>{texts.topics}</h2>
          <ul class="topics">
            {local.topics.map((topic) => (
              <li key={topic.payload}>
                <button type="button" onClick={() => say(topic)}>
                  <span>{topic.title}</span>
                  <Icon name="arrow" />
                </button>
              </li>
            ))}
          </ul>
          <p class="home-line">
            <a href={`tel:${menu.hotline.replace(/[^\d+]/g, "")}`}>{fill(texts.hotline, { hotline: menu.hotline })}</a>
            <a href={menu.ticket_url} target="_blank" rel="noopener noreferrer">
              {texts.ticket}
              <span class="only-heard"> ({texts.newTab})</span>
            </a>
          </p>
          <p class="home-honest">{texts.honest}</p>
        </div>
      )}
    </div>
  );
}
