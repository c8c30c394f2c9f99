// chat.html: the frame that the loader opens (/widget/frame) and the page of its own (/chat).
import "@chatui/core/dist/index.css";
import "./chat.css";
import { render } from "preact";
import { Chat } from "./chat.ts";
import { applyBrand } from "./brand.ts";
import { App } from "./components/app.tsx";
import { ChatContext } from "./context.ts";
import { embeddedHost, pageHost } from "./host.ts";

async function start(): Promise<void> {
  const isFrame = location.pathname === "/widget/frame" && parent !== window;
  const host = isFrame ? await embeddedHost() : pageHost();
  applyBrand(host.options.color);
  const chat = new Chat(host);
  const root = document.getElementById("root");
  if (!root) return;
  render(
    <ChatContext.Provider value={chat}>
      <App />
    </ChatContext.Provider>,
    root,
  );
  host.tell({ type: "ready" });
}

void start();
