// GET /error: the page that `error_uri` leads to. It shows the text of a code, with the places for its values.
import { catalogue } from "../entra/aadsts-catalogue.ts";
import type { Operation } from "../http/operation.ts";
import { html, page } from "../pages/html-page.ts";

/** The page of every code. */
export const errorPages: readonly Operation[] = [
  {
    name: "error",
    method: "GET",
    path: "/error",
    handle: (_context, request) => {
      const code = request.query.get("code") ?? "";
      const entry = Object.entries(catalogue).find(([known]) => known === code)?.[1];
      const text = entry?.text ?? "The emulator does not know this code.";
      return page(
        { title: `AADSTS${code}`, status: entry ? 200 : 404 },
        html`<h1>AADSTS${code}</h1><p>${text}</p><p class="quiet">SUPPORT.md of the emulator lists what it supports.</p>`,
      );
    },
  },
];
