// HTML as a tagged template, and the frame of every page: head, style and a strict content security policy.
import { createHash } from "node:crypto";
import type { Answer } from "../http/operation.ts";
import { styleSheet } from "./style-sheet.ts";

/** A piece of HTML that is safe to insert. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(value: unknown): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(escaped).join("");
  if (value === undefined || value === null || value === false) return "";
  return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Builds HTML. Arrays are joined; `undefined`, `null` and `false` add nothing. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  return new Html(strings.map((text, index) => text + (index < values.length ? escaped(values[index]) : "")).join(""));
}

const sourceHash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const styleSource = sourceHash(styleSheet);

/** Title, status and permissions of a page. */
export interface PageOptions {
  title: string;
  status?: number;
  wide?: boolean;
  /** An inline script; the policy allows it by its hash. */
  inlineScript?: string;
  /** Path of a script file on this server. */
  script?: string;
  /** Where forms may lead, including redirects: Chromium checks the whole chain against `form-action`. */
  formTargets?: string[];
  /** Origins that the page may show in frames. */
  frames?: string[];
  reason?: string | undefined;
}

function policy(options: PageOptions): string {
  const scripts = [options.inlineScript ? sourceHash(options.inlineScript) : "", options.script ? "'self'" : ""];
  return [
    "default-src 'none'",
    `style-src ${styleSource}`,
    `script-src ${scripts.filter(Boolean).join(" ") || "'none'"}`,
    options.script ? "connect-src 'self'" : "",
    options.frames?.length ? `frame-src ${options.frames.join(" ")}` : "",
    `form-action ${["'self'", ...(options.formTargets ?? [])].join(" ")}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
    .filter(Boolean)
    .join("; ");
}

/** Creates a page. */
export function page(options: PageOptions, content: Html): Answer {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${options.title}</title>
<style>${new Html(styleSheet)}</style>
</head>
<body>
<main${options.wide ? new Html(' class="wide"') : ""}>
${content}
</main>
${options.inlineScript ? html`<script>${new Html(options.inlineScript)}</script>` : ""}
${options.script ? html`<script type="module" src="${options.script}"></script>` : ""}
</body>
</html>
`;
  return {
    status: options.status ?? 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy(options),
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
    },
    body: document.text,
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  };
}

/** The `form-action` source for this address: its origin, or its scheme if it is a custom one. */
export function formTarget(address: string): string {
  const url = new URL(address);
  return url.origin === "null" ? url.protocol : url.origin;
}
