// The page that explains tokens. It uses only the DOM and shares no code with the main page, so that both stay small. It reads
// the tokens from the fields on a click, and stores and sends them nowhere.
import "./without-eval.ts";
import {
  type Explanation,
  explainTokens,
  type KnownRules,
  readTokens,
  type TokenExplanation,
} from "@teams-token-exchange/rules/explain";
import { fetchKnownRules } from "./known-rules.ts";

function find<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`explain.html has no #${id}`);
  return element;
}

const fields = ["caller", "teams"].map((id) => find(id, HTMLTextAreaElement));
const result = find("result", HTMLDivElement);
const status = find("status", HTMLParagraphElement);

/** An element with text, never markup. */
function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function factsOf({ facts, verdict }: TokenExplanation): [label: string, value: string][] {
  const known = facts.map(({ label, value }): [string, string] => [label, value]);
  if (verdict.taken) return [...known, ["Verdict", `The server would accept it. ${verdict.note}`]];
  return [
    ...known,
    ["Verdict", `The server would refuse it: ${verdict.title} (${verdict.status}, ${verdict.problem})`],
    ["Failing field", verdict.field],
    ["Why", verdict.when],
    ["What to do", verdict.remedy],
  ];
}

function tokenSection(token: TokenExplanation): HTMLElement {
  const section = document.createElement("section");
  section.className = token.verdict.taken ? "taken" : "refused";
  const list = document.createElement("dl");
  for (const [label, value] of factsOf(token)) list.append(element("dt", label), element("dd", value));
  section.append(element("h2", `As the ${token.role}`), element("p", token.kindInWords), list);
  return section;
}

function show({ tokens, assumptions }: Explanation): void {
  const refused = tokens.filter(({ verdict }) => !verdict.taken).length;
  status.textContent =
    refused === 0 ? "The server would accept this." : `The server would refuse ${refused} of ${tokens.length}.`;
  result.replaceChildren(
    ...tokens.map(tokenSection),
    ...assumptions.map((sentence) => element("p", `Note: ${sentence}`)),
  );
}

function explain(known: KnownRules): void {
  const input = readTokens(fields.map(({ value }) => value).join("\n"));
  if (input.ok) {
    show(explainTokens(input.tokens, known, Date.now() / 1000));
    return;
  }
  status.textContent = input.advice;
  result.replaceChildren();
}

function clear(): void {
  for (const field of fields) field.value = "";
  status.textContent = "";
  result.replaceChildren();
}

const rules = fetchKnownRules();
find("explain", HTMLButtonElement).addEventListener("click", () => void rules.then(explain));
find("clear", HTMLButtonElement).addEventListener("click", clear);
