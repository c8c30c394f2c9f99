// The socket: connects, reconnects with back-off, and delivers messages one after the other until each is acknowledged.
import { io, type Socket } from "socket.io-client";
import type { Ack, Auth, ClientEvents, HistoryAck, Message, Say, SayAck, ServerEvents, Session } from "../shared/wire.ts";

const ACK_TIMEOUT = 10_000;
const TRIES = 3;

export interface TransportEvents {
  /** What to present on each connect. */
  auth(): Auth;
  connected(session: Session): void;
  disconnected(): void;
  message(message: Message): void;
  typing(on: boolean): void;
  rated(id: string, score: number | null): void;
  /** The oldest message to deliver, if any. */
  nextToSend(): Say | undefined;
  sent(id: string, seq: number, time: number): void;
  failed(id: string): void;
  /** The server asks to slow down; the message goes out by itself. */
  slowedDown(seconds: number): void;
}

export class Transport {
  private readonly socket: Socket<ServerEvents, ClientEvents>;
  private ready = false;
  private sending = false;

  constructor(private readonly events: TransportEvents) {
    this.socket = io({
      autoConnect: false,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 10_000,
      timeout: 8_000,
      auth: (present) => present(events.auth()),
    });
    this.socket.on("session", (session) => {
      this.ready = true;
      events.connected(session);
      void this.deliver();
    });
    this.socket.on("message", events.message);
    this.socket.on("typing", ({ on }) => events.typing(on));
    this.socket.on("rated", ({ id, score }) => events.rated(id, score));
    this.socket.on("disconnect", (reason) => {
      this.ready = false;
      events.disconnected();
      // The client retries by itself, except when the server closed the socket on purpose.
      if (reason === "io server disconnect") setTimeout(() => this.socket.connect(), 1_000);
    });
    addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  get started(): boolean {
    return this.socket.active;
  }

  connect(): void {
    this.socket.connect();
  }

  /** Connects again, as whoever `auth()` now says. */
  reconnect(): void {
    this.ready = false;
    this.socket.disconnect().connect();
  }

  /** Sends what waits; call after something was added. */
  async deliver(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      for (let say = this.next(); say; say = this.next()) await this.deliverOne(say);
    } finally {
      this.sending = false;
    }
  }

  history(before: number): Promise<HistoryAck> {
    return this.answer(this.socket.timeout(ACK_TIMEOUT).emitWithAck("history", { before }));
  }

  rate(id: string, score: number | null, comment: string): Promise<Ack> {
    const rating = { id, score, ...(comment ? { comment } : {}) };
    return this.answer(this.socket.timeout(ACK_TIMEOUT).emitWithAck("rate", rating));
  }

  vote(id: string, helpful: boolean | null): Promise<Ack> {
    return this.answer(this.socket.timeout(ACK_TIMEOUT).emitWithAck("vote", { id, helpful }));
  }

  forget(): Promise<Ack> {
    return this.answer(this.socket.timeout(ACK_TIMEOUT).emitWithAck("forget", {}));
  }

  private next = (): Say | undefined => (this.ready ? this.events.nextToSend() : undefined);

  private async deliverOne(say: Say): Promise<void> {
    for (let attempt = 1; this.ready; attempt++) {
      const answer: SayAck = await this.answer(this.socket.timeout(ACK_TIMEOUT).emitWithAck("say", say));
      if (answer.ok) return this.events.sent(say.id, answer.seq, answer.time);
      if (!this.ready) return; // the next connect sends it again
      if (answer.error === "too_fast") {
        const seconds = answer.retry_after ?? 5;
        this.events.slowedDown(seconds);
        await pause(seconds * 1_000);
      } else if (answer.error === "invalid" || attempt >= TRIES) {
        return this.events.failed(say.id);
      } else {
        await pause(attempt * 1_000);
      }
    }
  }

  /** A lost connection or a missing answer counts as "unavailable". */
  private answer<T>(acknowledged: Promise<T>): Promise<T | { ok: false; error: "unavailable" }> {
    return acknowledged.catch(() => ({ ok: false, error: "unavailable" }) as const);
  }

  /** Tries at once instead of waiting for the back-off. */
  private wake(): void {
    if (this.socket.active && !this.socket.connected) this.socket.disconnect().connect();
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
