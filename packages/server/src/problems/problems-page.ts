// GET /problems: the catalogue as a page, so that the `type` of every problem leads somewhere.

import { problems } from "@teams-token-exchange/rules";
import type { FastifyInstance } from "fastify";

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
/** The catalogue marks code with backticks. */
const toHtml = (text: string) => escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>");

function page(): string {
  const sections = Object.entries(problems).map(
    ([name, { status, title, when, remedy, hint }]) => `<section id="${name}">
<h2>${toHtml(title)}</h2>
<p><code>${name}</code>, status ${status}</p>
<p>${toHtml(when)}</p>
<p><strong>What to do:</strong> ${toHtml(remedy)}</p>
<p><strong>Hints:</strong> ${toHtml(hint)}</p>
</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Problems</title>
<style>
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; }
body { max-width: 44rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
section:target { outline: 2px solid; outline-offset: 0.5rem; }
</style>
</head>
<body>
<h1>Problems</h1>
<p>Every failure that this server answers with, by the end of its <code>type</code>.</p>
${sections.join("\n")}
</body>
</html>
`;
}

/** Adds the page; public, and the same for everyone. */
export function addProblemsPage(app: FastifyInstance): void {
  const html = page();
  app.get("/problems", { config: { isPage: true } }, async (_request, reply) =>
    reply.type("text/html; charset=utf-8").send(html),
  );
}
