import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// widget.js: one classic script without imports, so that a plain <script async> starts it on any page.
export default defineConfig({
  publicDir: false,
  plugins: [
    {
      // No minifier looks into the template that holds the shadow root's styles.
      name: "squeeze-styles",
      transform: (code, id) =>
        id.endsWith("/loader/styles.ts") ? code.replace(/\s*\n\s*/g, "\n").replace(/ ?([{}:;,]) ?\n?/g, "$1") : null,
    },
  ],
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
