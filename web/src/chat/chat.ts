// Everything the chat can do, for the components to call: ties conversation, socket and host together.
import type { FrameOptions, Theme, ToFrame } from "../shared/bridge.ts";
import { isLocale, isTheme } from "../shared/guards.ts";
import { fill } from "../shared/locale.ts";
import type { Locale, Menu, Message, Session } from "../shared/wire.ts";
import type { Host } from "./host.ts";
import { outboxKey, pack, unpackAll } from "./outbox.ts";
import { playChime } from "./sound.ts";
import { type Conversation, emptyConversation, type Happening, highestSeq, next, type Outgoing } from "./state.ts";
import { Store } from "./store.ts";
import { strings } from "./strings.ts";
import { Transport } from "./transport.ts";

export type Connection = "idle" | "connecting" | "online" | "offline";

export interface View {
  locale: Locale;
  theme: Theme;
  muted: boolean;
  draft: string;
  menu: Menu | null;
  connection: Connection;
  open: boolean;
  fullScreen: boolean;
  unread: number;
  /** Said below the composer for a while; also to screen readers. */
  notice: string;
}

const OFFLINE_AFTER = 1_500; // shorter breaks are not worth a banner
const ACCOUNT = "web-user-"; // how the server names the conversations of accounts
const TYPING_AT_MOST = 20_000;
const NOTICE_FOR = 6_000;

export class Chat {
  readonly conversation = new Store<Conversation>(emptyConversation);
  readonly view: Store<View>;
  private readonly transport: Transport;
  private token: string | undefined;
  private session: string | undefined;
  private user: string | undefined;
  private offlineTimer: ReturnType<typeof setTimeout> | undefined;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly host: Host) {
    const { kept } = host;
    this.view = new Store(firstView(host.options, kept));
    [this.session, this.token] = readKeptSession(kept["session"]);
    this.transport = new Transport({
      auth: () => ({
        ...(this.token ? { token: this.token } : {}),
        ...(this.user ? { user: this.user } : {}),
        after: highestSeq(this.conversation.get()),
        locale: this.view.get().locale,
      }),
      connected: (session) => this.connected(session),
      disconnected: () => this.disconnected(),
      message: (message) => this.received(message),
      typing: (on) => this.typing(on),
      rated: (id, score) => this.happened({ type: "rated", id, score }),
      nextToSend: () => this.nextToSend(),
      sent: (id, seq, time) => {
        this.happened({ type: "sent", id, seq, time });
        this.host.keep(outboxKey(id), null);
      },
      failed: (id) => {
        this.happened({ type: "failed", id });
        this.keepOutgoing(id);
      },
      slowedDown: (seconds) => this.notice(strings(this.view.get().locale).slowDown, { n: seconds }, seconds * 1_000),
    });
    this.happened({ type: "restored", outgoing: unpackAll(kept) });
    addEventListener("offline", () => this.show({ connection: "offline" }));
    host.listen((message) => this.commanded(message));
    // A visitor who has a chat sees its unread messages on the launcher; others cost no connection until they open it.
    if (this.token || this.conversation.get().outgoing.length) this.connect();
    void this.loadMenu();
  }

  say(text: string, payload?: string): void {
    const outgoing: Outgoing = {
      id: newId(),
      text,
      time: Date.now(),
      failed: false,
      ...(payload ? { payload } : {}),
    };
    this.happened({ type: "say", outgoing });
    this.keepOutgoing(outgoing.id);
    this.connect();
    void this.transport.deliver();
  }

  retry(id: string): void {
    this.happened({ type: "retry", id });
    this.keepOutgoing(id);
    this.connect();
    void this.transport.deliver();
  }

  async loadOlder(): Promise<void> {
    const oldest = this.conversation.get().messages[0];
    if (!oldest) return;
    const answer = await this.transport.history(oldest.seq);
    if (answer.ok) this.happened({ type: "older", messages: answer.messages, complete: answer.complete });
  }

  async rate(id: string, score: number | null, comment: string): Promise<boolean> {
    const { ok } = await this.transport.rate(id, score, comment);
    if (ok) this.happened({ type: "rated", id, score });
    return ok;
  }

  async vote(id: string, helpful: boolean | null): Promise<void> {
    const before = this.conversation.get().messages.find((message) => message.id === id)?.helpful ?? null;
    this.happened({ type: "voted", id, helpful });
    const { ok } = await this.transport.vote(id, helpful);
    if (!ok) this.happened({ type: "voted", id, helpful: before });
  }

  /** Deletes the conversation on the server, too. */
  async forget(): Promise<boolean> {
    const { ok } = await this.transport.forget();
    if (ok) this.clear();
    return ok;
  }

  /** Leaves this conversation and begins another one. */
  startAnew(): void {
    this.clear();
    this.token = undefined;
    this.session = undefined;
    this.host.keep("session", null);
    if (this.transport.started) this.transport.reconnect();
  }

  setDraft(draft: string): void {
    this.show({ draft });
    this.host.keep("draft", draft || null);
  }

  setLocale(locale: Locale): void {
    this.show({ locale });
    this.host.keep("locale", locale);
    this.host.tell({ type: "locale", locale });
  }

  setTheme(theme: Theme): void {
    this.show({ theme });
    this.host.keep("theme", theme);
    this.host.tell({ type: "theme", theme });
  }

  setMuted(muted: boolean): void {
    this.show({ muted });
    this.host.keep("muted", muted ? "1" : null);
  }

  notice(text: string, values: Record<string, string | number> = {}, ms = NOTICE_FOR): void {
    clearTimeout(this.noticeTimer);
    this.show({ notice: fill(text, values) });
    this.noticeTimer = setTimeout(() => this.show({ notice: "" }), ms);
  }

  private commanded(message: ToFrame): void {
    switch (message.type) {
      case "visible":
        this.show({ open: message.open, fullScreen: message.fullScreen });
        if (message.open) {
          this.connect();
          this.setUnread(0);
        }
        return;
      case "say":
        return this.say(message.text);
      case "locale":
        return this.setLocale(message.locale);
      case "theme":
        return this.setTheme(message.theme);
      case "user":
        return this.setUser(message.jwt);
      case "reset":
        return this.startAnew();
      case "kept":
        return this.keptElsewhere(message.key, message.value);
      case "init":
        return;
    }
  }

  private setUser(jwt: string | null): void {
    const changed = (jwt ?? undefined) !== this.user;
    this.user = jwt ?? undefined;
    if (jwt === null) {
      // Sites call this on every page of a visitor who never logged in: only an account's chat is put away.
      if (!changed && !this.session?.startsWith(ACCOUNT)) return;
      this.show({ draft: "" });
      this.host.keep("draft", null);
      if (this.session) this.startAnew();
    } else if (changed) {
      this.transport.reconnect();
    }
  }

  /** Another tab of this site began a new conversation or logged out: follow it. */
  private keptElsewhere(key: string, value: string | null): void {
    if (key === "muted") this.show({ muted: value === "1" });
    if (key === "locale" && isLocale(value)) this.show({ locale: value });
    if (key === "theme" && isTheme(value)) this.show({ theme: value });
    if (key !== "session" || value === null) return;
    const [session, token] = readKeptSession(value);
    if (!session || session === this.session || this.user) return;
    [this.session, this.token] = [session, token];
    this.happened({ type: "cleared" });
    if (this.transport.started) this.transport.reconnect();
  }

  private connect(): void {
    if (this.transport.started) return;
    this.show({ connection: "connecting" });
    this.offlineTimer = setTimeout(() => this.show({ connection: "offline" }), OFFLINE_AFTER * 3);
    this.transport.connect();
  }

  private connected(session: Session): void {
    clearTimeout(this.offlineTimer);
    this.session = session.session;
    this.token = session.token;
    this.host.keep("session", JSON.stringify([session.session, session.token]));
    const missed = session.fresh ? [] : session.messages;
    const known = new Set(this.conversation.get().messages.map(({ id }) => id));
    const isResumed = known.size > 0;
    this.happened({ type: "session", session });
    this.show({ connection: "online" });
    this.dropDelivered();
    if (isResumed) for (const message of missed) if (!known.has(message.id)) this.announce(message);
  }

  private disconnected(): void {
    clearTimeout(this.offlineTimer);
    this.typing(false);
    if (!navigator.onLine) this.show({ connection: "offline" });
    else this.offlineTimer = setTimeout(() => this.show({ connection: "offline" }), OFFLINE_AFTER);
  }

  private received(message: Message): void {
    const isNew = !this.conversation.get().messages.some(({ id }) => id === message.id);
    this.happened({ type: "message", message });
    this.dropDelivered();
    if (isNew) this.announce(message);
  }

  /** Tells a visitor who looks elsewhere. */
  private announce(message: Message): void {
    this.host.tell({ type: "message", message });
    if (message.from !== "bot" && message.from !== "agent") return;
    const { open, unread, muted, locale } = this.view.get();
    if (!open) this.setUnread(unread + 1);
    if (!open || document.hidden) {
      this.host.tell({ type: "flash", text: strings(locale).flash });
      if (!muted) playChime();
    }
  }

  private typing(on: boolean): void {
    clearTimeout(this.typingTimer);
    this.happened({ type: "typing", on });
    if (on) this.typingTimer = setTimeout(() => this.happened({ type: "typing", on: false }), TYPING_AT_MOST);
  }

  private nextToSend() {
    const said = this.conversation.get().outgoing.find(({ failed }) => !failed);
    if (!said) return undefined;
    const { id, text, payload } = said;
    return { id, text, ...(payload ? { payload } : {}), locale: this.view.get().locale };
  }

  private keepOutgoing(id: string): void {
    const said = this.conversation.get().outgoing.find((outgoing) => outgoing.id === id);
    if (said) this.host.keep(outboxKey(id), pack(said));
  }

  /** What the server shows us has arrived, even when its acknowledgement got lost. */
  private dropDelivered(): void {
    const waiting = new Set(this.conversation.get().outgoing.map(({ id }) => outboxKey(id)));
    for (const key of Object.keys(this.host.kept)) {
      if (key.startsWith(outboxKey("")) && !waiting.has(key)) this.host.keep(key, null);
    }
  }

  private clear(): void {
    this.happened({ type: "cleared" });
    this.setUnread(0);
    this.dropDelivered();
  }

  private setUnread(unread: number): void {
    if (unread === this.view.get().unread) return;
    this.show({ unread });
    this.host.tell({ type: "unread", count: unread });
  }

  private async loadMenu(): Promise<void> {
    for (let wait = 1_000; ; wait = Math.min(wait * 2, 30_000)) {
      try {
        const answer = await fetch("/widget/menu.json");
        if (answer.ok) return this.show({ menu: (await answer.json()) as Menu });
      } catch {
        // offline
      }
      await new Promise((done) => setTimeout(done, wait));
    }
  }

  private happened(happening: Happening): void {
    this.conversation.set(next(this.conversation.get(), happening));
  }

  private show(changes: Partial<View>): void {
    this.view.set({ ...this.view.get(), ...changes });
  }
}

function firstView(options: FrameOptions, kept: Record<string, string>): View {
  const { locale, theme } = kept;
  return {
    locale: isLocale(locale) ? locale : options.locale,
    theme: isTheme(theme) ? theme : options.theme,
    muted: kept["muted"] === "1",
    draft: kept["draft"] ?? "",
    menu: null,
    connection: "idle",
    open: false,
    fullScreen: false,
    unread: 0,
    notice: "",
  };
}

/** [session, token] */
function readKeptSession(kept: string | undefined): [string, string] | [] {
  try {
    const [session, token]: unknown[] = JSON.parse(kept ?? "[]");
    return typeof session === "string" && typeof token === "string" ? [session, token] : [];
  } catch {
    return [];
  }
}

/** A UUID also where crypto.randomUUID is missing: on pages served over plain HTTP. */
function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
