import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { chatUi } from "./build/chatui.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The pages: index.html (landing) and chat.html (frame and full page). The loader has its own config.
export default defineConfig({
  publicDir: false,
  plugins: [chatUi()],
  resolve: {
    alias: [
      { find: /^react(-dom)?(\/client)?$/, replacement: "preact/compat" },
      { find: /^dompurify$/, replacement: at("node_modules/dompurify") },
    ],
  },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: at("index.html"), chat: at("chat.html") } },
  },
  test: { include: ["tests/*.test.ts"] },
});
