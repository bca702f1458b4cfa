// The reference of problems has a section for every problem of the server, and the troubleshooting guide one for every known pain.

import { catalogue } from "@teams-token-exchange/rules";
import { describe, expect, it } from "vitest";
import { type Document, documentAt, headingsOf, linksOf, resolveLink } from "./markdown.ts";

const guide = documentAt("docs/guides/troubleshooting.md");
const problems = documentAt("docs/problems.md");
const headings = [...headingsOf(guide), ...headingsOf(problems)];
const problemHeadings = headings.filter(({ text }) => Object.hasOwn(catalogue, text)).map(({ text }) => text);

/** Problems with custom Teams endpoints that people report in public, by the heading of their section. */
const pains = [
  "An opaque 401 from ACS: the wrong id was sent",
  "AADSTS9002326: the redirect URI has the wrong platform type",
  "Where does the Teams token come from?",
  "Consent cannot be given, or the service principal is missing",
  "The client renews without pause",
  "CORS stops the client",
  "A missing Teams licence looks like a bug",
  "A guest's token comes from the home tenant",
  "v1 and v2 tokens are confused",
  "Settings in a guide are not those of the code",
  "The sample does not install",
];

/** The text between a heading and the next one. */
function sectionOf(document: Document, heading: string): string {
  const lines = document.prose.split("\n");
  const start = lines.findIndex(
    (line) => /^#+ /.test(line) && line.replace(/^#+ /, "").replaceAll("`", "") === heading,
  );
  const end = lines.findIndex((line, index) => index > start && line.startsWith("#"));
  return document.text
    .split("\n")
    .slice(start + 1, end === -1 ? undefined : end)
    .join("\n")
    .trim();
}

describe("troubleshooting", () => {
  it.each(Object.keys(catalogue))("has a section for the problem %s that says more than its title", (name) => {
    expect(headingsOf(problems).map(({ text }) => text)).toContain(name);
    expect(sectionOf(problems, name).length).toBeGreaterThan(80);
  });

  it.each(pains)("has a section for the pain: %s", (pain) => {
    expect(headingsOf(guide).map(({ text }) => text)).toContain(pain);
    expect(sectionOf(guide, pain).length).toBeGreaterThan(150);
  });

  it("leads from the guide to the problems", () => {
    expect(linksOf(guide).map((target) => resolveLink(guide, target).path)).toContain(problems.path);
  });

  it("has no problem twice, and none that the server does not have", () => {
    expect(new Set(problemHeadings).size).toBe(problemHeadings.length);
    const namesLikeProblems = headings.filter(({ text }) => /^[a-z]+(-[a-z]+)+$/.test(text)).map(({ text }) => text);
    expect(namesLikeProblems.filter((name) => !Object.hasOwn(catalogue, name))).toEqual([]);
  });
});
