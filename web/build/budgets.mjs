// Fails when a visitor would have to load more than we promise. Counts what chat.html itself loads, gzipped.
import { readFileSync, statSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
const gzipped = (name) => statSync(new URL(`${name}.gz`, dist)).size;
const chat = readFileSync(new URL("chat.html", dist), "utf8");
const frame = [...chat.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]);

const budgets = [
  { what: "loader", limit: 4_000, size: gzipped("widget.js") },
  { what: "frame", limit: 120_000, size: frame.reduce((sum, name) => sum + gzipped(name), 0) },
];
for (const { what, limit, size } of budgets) console.log(`${what}: ${size} of ${limit} bytes gzipped`);
if (frame.length < 2 || budgets.some(({ limit, size }) => size > limit)) {
  console.error("over budget, or chat.html loads nothing");
  process.exit(1);
}
