import { expect, it } from "vitest";
import { outboxKey, pack, unpackAll } from "../src/chat/outbox.ts";

const said = { id: "a", text: "你好", payload: "/greet", time: 2, failed: false };

it("gives back what was kept, oldest first", () => {
  const earlier = { id: "b", text: "first", time: 1, failed: true };
  const kept = { [outboxKey("a")]: pack(said), [outboxKey("b")]: pack(earlier), draft: "…" };
  expect(unpackAll(kept)).toEqual([earlier, said]);
});

it("leaves out what can't be read", () => {
  const kept = { "outbox:1": "{", "outbox:2": "null", "outbox:3": '{"text":7,"time":1}', "outbox:4": '"text"' };
  expect(unpackAll(kept)).toEqual([]);
});
