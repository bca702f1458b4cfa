import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    // The map of a page that holds tokens is as public as the page; it makes reports of failures readable.
    sourcemap: true,
    rolldownOptions: {
      input: { main: "index.html", redirect: "redirect.html" },
    },
  },
  server: {
    // For work on the client alone: `npm start` runs the server that answers these.
    proxy: { "/api": "http://localhost:3000" },
  },
});
