import { describe, expect, it } from "vitest";
import { type Conversation, emptyConversation, type Happening, highestSeq, next, openReplies } from "../src/chat/state.ts";
import type { Message, Session } from "../src/shared/wire.ts";

const message = (seq: number, more: Partial<Message> = {}): Message => ({
  seq,
  id: `m${seq}`,
  from: "bot",
  time: seq * 1_000,
  text: `text ${seq}`,
  ...more,
});
const session = (messages: Message[], more: Partial<Session> = {}): Happening => ({
  type: "session",
  session: { session: "s", token: "t", fresh: false, user: null, messages, complete: true, typing: false, ...more },
});
const say = (id: string, time = 1): Happening => ({ type: "say", outgoing: { id, text: id, time, failed: false } });
const after = (...happenings: Happening[]): Conversation => happenings.reduce(next, emptyConversation);
const ids = ({ messages }: Conversation) => messages.map(({ id }) => id);

describe("what is received", () => {
  it("is in the order of seq, whatever order it comes in", () => {
    const state = after({ type: "message", message: message(5) }, { type: "message", message: message(2) });
    expect(ids(state)).toEqual(["m2", "m5"]);
    expect(highestSeq(state)).toBe(5);
  });

  it("appears once, however often it comes", () => {
    expect(ids(after(session([message(1)]), session([message(1), message(2)])))).toEqual(["m1", "m2"]);
  });

  it("leaves the typing indicator on until the server says that the turn is over", () => {
    const typing = (on: boolean): Happening => ({ type: "typing", on });
    const answering = after(typing(true), { type: "message", message: message(1) });
    expect(answering.typing).toBe(true);
    expect(next(answering, typing(false)).typing).toBe(false);
  });

  it("goes before what is held when it is older", () => {
    const state = after(session([message(31)], { complete: false }), {
      type: "older",
      messages: [message(1)],
      complete: true,
    });
    expect(ids(state)).toEqual(["m1", "m31"]);
    expect(state.complete).toBe(true);
  });
});

describe("a session", () => {
  it("that is fresh drops what was held, but nothing unsent", () => {
    const state = after(session([message(1)]), say("mine"), session([message(9)], { fresh: true, session: "other" }));
    expect(ids(state)).toEqual(["m9"]);
    expect(state.outgoing.map(({ id }) => id)).toEqual(["mine"]);
    expect(state.session).toBe("other");
  });

  it("that is resumed keeps what it knows about older messages", () => {
    expect(after(session([message(40)], { complete: false }), session([message(41)], { complete: true })).complete).toBe(false);
  });
});

describe("an own message", () => {
  it("waits until it is acknowledged, then takes its place", () => {
    const state = after(session([message(1)]), say("mine"), { type: "sent", id: "mine", seq: 2, time: 7 });
    expect(state.outgoing).toEqual([]);
    expect(state.messages.at(-1)).toMatchObject({ id: "mine", from: "user", seq: 2 });
  });

  it("counts as sent when the server shows it, though the acknowledgement got lost", () => {
    const state = after(say("mine"), session([message(2, { id: "mine", from: "user" })]));
    expect(state.outgoing).toEqual([]);
    expect(ids(state)).toEqual(["mine"]);
    expect(next(state, { type: "sent", id: "mine", seq: 2, time: 7 })).toBe(state);
  });

  it("can fail and be tried again", () => {
    const failed = after(say("mine"), { type: "failed", id: "mine" });
    expect(failed.outgoing[0]?.failed).toBe(true);
    expect(next(failed, { type: "retry", id: "mine" }).outgoing[0]?.failed).toBe(false);
  });

  it("is restored once, in the order of writing", () => {
    const restored: Happening = {
      type: "restored",
      outgoing: [{ id: "old", text: "old", time: 1, failed: false }],
    };
    expect(after(say("new", 2), restored, restored).outgoing.map(({ id }) => id)).toEqual(["old", "new"]);
  });
});

describe("suggested answers", () => {
  const yes = { title: "Yes", payload: "/affirm" };
  const link = { title: "Console", url: "https://example.com" };

  it("are those since the visitor's last message, below the last answer, each once, without links", () => {
    const state = after(
      session([
        message(1, { buttons: [{ title: "Old", payload: "/old" }] }),
        message(2, { from: "user" }),
        message(3, { buttons: [yes, link] }),
        message(4, { buttons: [yes] }),
      ]),
    );
    expect(openReplies(state)).toEqual({ below: "m4", replies: [yes] });
  });

  it("are gone once the visitor has said something, even unsent", () => {
    const asked = after(session([message(1, { buttons: [yes] })]));
    expect(openReplies(asked)).not.toBeNull();
    expect(openReplies(next(asked, say("mine")))).toBeNull();
    expect(openReplies(next(asked, { type: "message", message: message(2, { from: "user" }) }))).toBeNull();
  });
});

it("keeps votes and ratings, and takes a vote back", () => {
  const state = after(session([message(1, { ask: "rating" })]), { type: "rated", id: "m1", score: null });
  expect(state.messages[0]?.rated).toBeNull();
  const voted = next(state, { type: "voted", id: "m1", helpful: true });
  expect(voted.messages[0]?.helpful).toBe(true);
  expect(next(voted, { type: "voted", id: "m1", helpful: null }).messages[0]).not.toHaveProperty("helpful");
});
