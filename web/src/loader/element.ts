// What we put on the host's page: launcher, invitation and the panel with the frame, in a shadow root.
import { CHAT, CLOSE } from "../shared/icons.ts";
import { STYLES } from "./styles.ts";

export interface Parts {
  host: HTMLElement;
  launcher: HTMLButtonElement;
  icon: SVGPathElement;
  badge: HTMLElement;
  panel: HTMLElement;
  teaser: HTMLElement;
  invite: HTMLButtonElement;
  dismiss: HTMLButtonElement;
}

export function build(side: "left" | "right"): Parts {
  class IcpAssistantElement extends HTMLElement {}
  if (!customElements.get("icp-assistant")) customElements.define("icp-assistant", IcpAssistantElement);
  const host = document.createElement("icp-assistant");
  // The page's own rules come before :host; only important inline styles hold against `* { … }` of anyone.
  host.style.setProperty("all", "initial", "important");
  host.style.setProperty("display", "block", "important");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [sheet]; // a <style> would need the host's policy to allow it

  const launcher = button(`launcher ${side}`);
  launcher.setAttribute("aria-haspopup", "dialog");
  const icon = drawIcon(launcher, CHAT);
  const badge = add(launcher, "span", "badge");
  badge.setAttribute("aria-hidden", "true");
  badge.hidden = true;

  const teaser = document.createElement("div");
  teaser.className = `teaser ${side}`;
  teaser.hidden = true;
  const invite = button("say");
  const dismiss = button("dismiss");
  drawIcon(dismiss, CLOSE);
  teaser.append(invite, dismiss);

  const panel = document.createElement("div");
  panel.className = `panel ${side}`;
  panel.setAttribute("role", "dialog");

  root.append(panel, teaser, launcher);
  return { host, launcher, icon, badge, panel, teaser, invite, dismiss };
}

function button(className: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = className;
  return element;
}

function add(parent: Element, tag: string, className: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  parent.append(element);
  return element;
}

/** Without innerHTML, which hosts with Trusted Types forbid. */
function drawIcon(parent: Element, shape: string): SVGPathElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", shape);
  svg.append(path);
  parent.append(svg);
  return path;
}
