// Bot text (Markdown) → HTML that can do no harm: raw HTML is shown as text, and what is left passes an allow-list.
import createDOMPurify from "dompurify";
import { Marked } from "marked";

const TAGS = ["p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr"];
const TABLE = ["table", "thead", "tbody", "tr", "th", "td"];
const HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"];

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const marked = new Marked({ gfm: true, breaks: true, async: false });
marked.use({
  renderer: {
    html: ({ text }) => escape(text),
    // A picture could report the visitor's address to anyone; real ones come in the message's `image`.
    image: ({ text }) => escape(text),
  },
});

const purify = createDOMPurify(window);
purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName !== "A") return;
  if (!node.hasAttribute("href")) return node.replaceWith(...node.childNodes);
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer");
});

export function toHtml(markdown: string): string {
  return purify.sanitize(marked.parse(markdown) as string, {
    ALLOWED_TAGS: [...TAGS, ...TABLE, ...HEADINGS],
    ALLOWED_ATTR: ["href", "start"],
    ADD_URI_SAFE_ATTR: ["start"], // a number; else it would have to look like an address
    ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:|tel:)/i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}

/** The same as plain text, for screen readers and the transcript. */
export function toPlainText(markdown: string): string {
  const element = document.createElement("div");
  element.innerHTML = toHtml(markdown).replace(/(<\/?(?:p|[uo]l|li|h\d|t\w+|hr|pre|blockquote)[^>]*>)\n+/g, "$1");
  for (const link of element.querySelectorAll("a")) {
    const href = link.getAttribute("href") ?? "";
    if (!href.includes(link.textContent ?? "")) link.append(` (${href})`);
  }
  for (const item of element.querySelectorAll("li")) item.prepend(markerOf(item));
  for (const cell of element.querySelectorAll("th, td")) cell.append("  ");
  for (const line of element.querySelectorAll("li, tr")) line.append("\n");
  for (const block of element.querySelectorAll("p, ul, ol, pre, table, h1, h2, h3, h4, h5, h6")) block.append("\n\n");
  for (const brk of element.querySelectorAll("br")) brk.replaceWith("\n");
  return (element.textContent ?? "").replace(/\n{3,}/g, "\n\n").trim();
}

function markerOf(item: Element): string {
  const list = item.parentElement;
  if (list?.tagName !== "OL") return "• ";
  return `${Number(list.getAttribute("start") ?? 1) + [...list.children].indexOf(item)}. `;
}

/** Is this an address that a button may open? */
export const isWebAddress = (url: string | undefined): url is string => /^(https?:\/\/|mailto:|tel:)/i.test(url ?? "");
