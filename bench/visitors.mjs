// Many visitors of the web chat at once, as a process of its own: node visitors.mjs URL VISITORS SECONDS EVERY_S TEXT…
// Prints one JSON object: what was sent, acknowledged, answered, lost and doubled, and how long an answer took (ms).
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

const { io } = createRequire(new URL("../web/package.json", import.meta.url))("socket.io-client");
const [url, visitors, seconds, every, ...texts] = process.argv.slice(2);
const PATIENCE = 30_000; // ms for the last answers
const sent = new Map(); // id -> {at, acknowledged, answers: Set of line ids, doubled}
let disconnects = 0;
let refused = 0;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function visit(number) {
  await sleep((number / visitors) * every * 1_000); // spread over one interval, as visitors are
  const socket = io(url, { transports: ["websocket"], auth: {} });
  socket.on("disconnect", () => disconnects++);
  socket.on("message", (message) => {
    const said = sent.get(message.id.replace(/\.\d+$/, ""));
    if (message.from !== "bot" || !said) return;
    if (said.lines.has(message.id)) said.doubled++;
    said.lines.add(message.id);
    said.took ??= performance.now() - said.at;
  });
  await new Promise((done) => socket.once("session", done));
  const end = performance.now() + seconds * 1_000;
  for (let turn = number; performance.now() < end; turn++) {
    const id = randomUUID();
    sent.set(id, { at: performance.now(), lines: new Set(), doubled: 0 });
    socket.emit("say", { id, text: texts[turn % texts.length] }, (answer) => {
      if (answer?.ok) sent.get(id).acknowledged = true;
      else refused++;
    });
    await sleep(every * 1_000);
  }
  return socket;
}

const sockets = await Promise.all(Array.from({ length: Number(visitors) }, (_, number) => visit(number)));
const patience = performance.now() + PATIENCE;
const open = () => [...sent.values()].filter(({ took }) => took === undefined).length;
while (open() && performance.now() < patience) await sleep(200);
await sleep(2_000); // what is doubled may come late
const all = [...sent.values()];
console.log(
  JSON.stringify({
    sent: all.length,
    acknowledged: all.filter((it) => it.acknowledged).length,
    lost: open(),
    doubled: all.reduce((sum, it) => sum + it.doubled, 0),
    refused,
    disconnects,
    took: all.flatMap(({ took }) => (took === undefined ? [] : [took])),
  }),
);
for (const socket of sockets) socket.close();
