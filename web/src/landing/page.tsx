import { useLayoutEffect, useState } from "preact/hooks";
import { Icon } from "../chat/components/icon.tsx";
import type { Theme } from "../shared/bridge.ts";
import { tagOf } from "../shared/locale.ts";
import type { KeyValueStorage } from "../shared/storage.ts";
import type { IconName } from "../shared/icons.ts";
import type { Locale } from "../shared/wire.ts";
import { Embed } from "./embed.tsx";
import { Preview } from "./preview.tsx";
import { STRINGS, type Strings } from "./strings.ts";
import { assistant } from "./assistant.ts";

type Topic = keyof Strings["topics"];
type Skill = keyof Strings["can"];

const TOPICS: Topic[] = ["resolution", "sync", "system", "hongkong", "expired", "transfer"];
const TOPIC_ICONS: Record<Topic, IconName> = {
  resolution: "globe",
  sync: "clock",
  system: "server",
  hongkong: "pin",
  expired: "calendar",
  transfer: "swap",
};
const SKILLS: Skill[] = ["check", "steps", "person"];
const SKILL_ICONS: Record<Skill, IconName> = { check: "search", steps: "steps", person: "person" };
const LIMITS: (keyof Strings["cannot"])[] = ["file", "status", "law", "chat"];

interface Props {
  firstLocale: Locale;
  firstTheme: Theme;
  storage: KeyValueStorage;
}

export function Page({ firstLocale, firstTheme, storage }: Props) {
  const [locale, setLocale] = useState(firstLocale);
  const [theme, setTheme] = useState(firstTheme);
  const texts = STRINGS[locale];

  useLayoutEffect(() => {
    document.documentElement.lang = tagOf(locale);
    document.title = texts.pageTitle;
    document.documentElement.dataset["theme"] = theme;
  }, [locale, texts, theme]);

  const switchLocale = () => {
    const other = locale === "zh" ? "en" : "zh";
    setLocale(other);
    storage.set("locale", other);
    assistant("setLocale", other);
  };

  const switchTheme = () => {
    const isDark = theme === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
    const other = isDark ? "light" : "dark";
    setTheme(other);
    storage.set("theme", other);
    assistant("setTheme", other);
  };

  return (
    <>
      <header class="top">
        <a class="brand" href="/">
          <span class="mark">
            <Icon name="chat" />
          </span>
          {texts.brand}
        </a>
        <nav>
          <a class="quiet wide-only" href="/chat">
            {texts.tryPage}
          </a>
          <button
            type="button"
            class="quiet"
            lang={tagOf(locale === "zh" ? "en" : "zh")}
            aria-label={texts.switchLabel}
            onClick={switchLocale}
          >
            {texts.switchTo}
          </button>
          <button type="button" class="quiet" aria-label={texts.theme} onClick={switchTheme}>
            <Icon name="sun" />
          </button>
        </nav>
      </header>
      <main>
        <section class="hero">
          <div class="hero-words">
            <h1>{texts.heroTitle}</h1>
            <p class="lead">{texts.heroText}</p>
            <div class="actions">
              <button type="button" class="primary" onClick={() => assistant("open")}>
                {texts.heroAsk}
              </button>
              <a class="secondary" href="/chat">
                {texts.heroPage}
              </a>
            </div>
            <p class="note">{texts.heroNote}</p>
          </div>
          <Preview texts={texts} />
        </section>
        <section aria-labelledby="topics">
          <h2 id="topics">{texts.topicsTitle}</h2>
          <p class="sub">{texts.topicsText}</p>
          <ul class="cards">
            {TOPICS.map((topic) => (
              <li key={topic}>
                <button type="button" class="card" onClick={() => assistant("ask", texts.topics[topic].title)}>
                  <Icon name={TOPIC_ICONS[topic]} />
                  <strong>{texts.topics[topic].title}</strong>
                  <span>{texts.topics[topic].text}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
        <section aria-labelledby="can">
          <h2 id="can">{texts.canTitle}</h2>
          <ul class="skills">
            {SKILLS.map((skill) => (
              <li key={skill}>
                <Icon name={SKILL_ICONS[skill]} />
                <h3>{texts.can[skill].title}</h3>
                <p>{texts.can[skill].text}</p>
              </li>
            ))}
          </ul>
        </section>
        <div class="pair">
          <section aria-labelledby="cannot">
            <h2 id="cannot">{texts.cannotTitle}</h2>
            <ul class="limits">
              {LIMITS.map((limit) => (
                <li key={limit}>
                  <Icon name="close" />
                  {texts.cannot[limit]}
                </li>
              ))}
            </ul>
          </section>
          <Embed texts={texts} locale={locale} />
        </div>
      </main>
      <footer>{texts.footer}</footer>
    </>
  );
}
