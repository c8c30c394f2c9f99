import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// widget.js: one classic script without imports, so that a plain <script async> starts it on any page.
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2022",
    emptyOutDir: false,
    lib: {
      entry: fileURLToPath(new URL("src/loader/main.ts", import.meta.url)),
      formats: ["iife"],
      name: "IcpAssistantLoader",
      fileName: () => "widget.js",
    },
  },
});
