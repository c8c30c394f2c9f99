// Fails when the two languages differ in their keys or placeholders, or a string is empty.
import { readFileSync } from "node:fs";

const strings = (locale) => {
  const flat = new Map();
  const walk = (value, path) => {
    if (typeof value === "string") flat.set(path, value);
    else for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key);
  };
  walk(JSON.parse(readFileSync(new URL(`../src/locales/${locale}.json`, import.meta.url), "utf8")), "");
  return flat;
};
const placeholders = (text) => (text?.match(/\{\w+\}/g) ?? []).sort().join();

const [en, zh] = [strings("en"), strings("zh")];
const faults = [...new Set([...en.keys(), ...zh.keys()])].filter(
  (key) => !en.get(key) || !zh.get(key) || placeholders(en.get(key)) !== placeholders(zh.get(key)),
);
if (faults.length) {
  console.error(`locales differ or lack text: ${faults.join(", ")}`);
  process.exit(1);
}
