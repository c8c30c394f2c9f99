// What we put on the host's page: launcher, invitation and the panel for the frame, in a shadow root.
import { CHAT, CLOSE } from "../shared/icons.ts";
import { STYLES } from "./styles.ts";

export interface Parts {
  host: HTMLElement;
  launcher: HTMLElement;
  icon: Element;
  badge: HTMLElement;
  panel: HTMLElement;
  teaser: HTMLElement;
  invite: HTMLElement;
  dismiss: HTMLElement;
}

const SVG = "http://www.w3.org/2000/svg";

export function build(side: string): Parts {
  const host = document.createElement("icp-assistant");
  // The page's own rules come before :host; only important inline styles hold against `* { … }` of anyone.
  host.style.cssText = "all:initial!important;display:block!important";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [sheet]; // a <style> would need the host's policy to allow it

  const panel = add(root, "div", `panel ${side}`);
  panel.role = "dialog";
  const teaser = add(root, "div", `teaser ${side}`);
  teaser.hidden = true;
  const invite = add(teaser, "button", "say");
  const dismiss = add(teaser, "button", "dismiss");
  drawIcon(dismiss, CLOSE);
  const launcher = add(root, "button", `launcher ${side}`);
  const icon = drawIcon(launcher, CHAT);
  const badge = add(launcher, "span", "badge");
  return { host, launcher, icon, badge, panel, teaser, invite, dismiss };
}

function add(parent: ParentNode, tag: string, className: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  parent.append(element);
  return element;
}

/** Without innerHTML, which hosts with Trusted Types forbid. */
function drawIcon(parent: Element, shape: string): Element {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", shape);
  svg.append(path);
  parent.append(svg);
  return path;
}
