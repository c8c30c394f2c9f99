// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { isWebAddress, toHtml, toPlainText } from "../src/chat/markdown.ts";

const ATTACKS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)>",
  "<svg><script>alert(1)</script></svg>",
  "<iframe src=javascript:alert(1)></iframe>",
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  "<body onload=alert(1)>",
  "<details open ontoggle=alert(1)>",
  "<a href=javascript:alert(1)>x</a>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java&#10;script:alert(1))",
  "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
  "[x](vbscript:msgbox(1))",
  "[x](//evil.example/steal)",
  "![x](https://evil.example/beacon.png)",
  '![x"onerror="alert(1)](x)',
  '[x](https://example.com "onmouseover=alert(1)")',
  "<form action=https://evil.example><input name=q></form>",
  "<style>*{background:url(https://evil.example)}</style>",
  "<link rel=stylesheet href=https://evil.example/x.css>",
  "<meta http-equiv=refresh content='0;url=https://evil.example'>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
  "<object data=javascript:alert(1)></object>",
  "<embed src=javascript:alert(1)>",
  "`</code><script>alert(1)</script>`",
  "<a href='javascript&colon;alert(1)'>x</a>",
  "<https://example.com/\"onmouseover=alert(1)>",
];

describe("toHtml", () => {
  it.each(ATTACKS)("makes %s harmless", (attack) => {
    const page = document.createElement("div");
    page.innerHTML = toHtml(attack);
    const bad = "script, img, svg, iframe, form, input, style, link, meta, object, embed, math, details, body";
    expect(page.querySelector(bad)).toBeNull();
    for (const element of page.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        expect(["href", "target", "rel", "start"]).toContain(name);
        if (name === "href") expect(value).toMatch(/^(https?:\/\/|mailto:|tel:)/i);
      }
    }
  });

  it("keeps lists, tables, code and links, which open in a new tab", () => {
    const html = toHtml("1. one\n2. `two`\n\n| a | b |\n|---|---|\n| c | d |\n\n[site](https://example.com)");
    expect(html).toContain("<ol>");
    expect(html).toContain("<code>two</code>");
    expect(html).toContain("<table>");
    expect(html).toMatch(/<a (?=[^>]*target="_blank")(?=[^>]*rel="noopener noreferrer")[^>]*>site<\/a>/);
  });

  it("shows raw HTML as text", () => {
    expect(toHtml("a <b>bold</b>")).toContain("&lt;b&gt;");
  });
});

it("reads as plain text, with numbers and addresses", () => {
  expect(toPlainText("**Steps**\n\n3. look\n4. [ask](https://example.com)")).toBe("Steps\n\n3. look\n4. ask (https://example.com)");
});

it("opens only web, mail and phone addresses", () => {
  expect(isWebAddress("https://example.com")).toBe(true);
  expect(isWebAddress("javascript:alert(1)")).toBe(false);
  expect(isWebAddress(undefined)).toBe(false);
});
