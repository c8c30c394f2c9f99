// index.html: what the assistant can do, with the widget on it.
import "./landing.css";
import { render } from "preact";
import { chooseLocale } from "../shared/locale.ts";
import { isTheme } from "../shared/guards.ts";
import { openStorage } from "../shared/storage.ts";
import { Page } from "./page.tsx";

const query = new URLSearchParams(location.search);
const storage = openStorage();
const kept = storage.all();
const locale = chooseLocale(query.get("lang") ?? kept["locale"]);
const theme = query.get("theme") ?? kept["theme"];

const root = document.getElementById("root");
if (root) {
  render(<Page firstLocale={locale} firstTheme={isTheme(theme) ? theme : "auto"} storage={storage} />, root);
}

const widget = document.createElement("script");
widget.src = "/widget.js";
widget.dataset["lang"] = locale;
if (isTheme(theme)) widget.dataset["theme"] = theme;
document.head.append(widget);
