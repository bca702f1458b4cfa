// The dashboard and the alert rules name only metrics, labels and values that the server has.
import { readFileSync } from "node:fs";
import { catalogue } from "@teams-token-exchange/rules";
import { describe, expect, it } from "vitest";
import { exchange, freePort, issue, issueBoth, startServer, until } from "./support/world.ts";

const read = (path: string) =>
  readFileSync(new URL(`../../../deploy/${path}`, import.meta.url), "utf8").replaceAll("\r\n", "\n");
const dashboard = JSON.parse(read("grafana/dashboard.json")) as { panels: { targets: { expr: string }[] }[] };
const queries = {
  "the dashboard": dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join("\n"),
  "the alert rules": [...read("prometheus/alerts.yml").matchAll(/expr: (?:>-\n)?([\s\S]*?)\n {8}(?:for|labels):/g)]
    .map(([, expr]) => expr)
    .join("\n"),
};
const metricNames = (text: string) => new Set(text.match(/\b(?:http|acs|entra|nodejs|process|v8js)_\w+/g));

/** What Prometheus finds after a granted and a refused exchange. */
async function scrape(): Promise<string> {
  const port = await freePort();
  const server = await startServer({ METRICS_PORT: String(port) });
  const { callerToken, teamsToken } = await issueBoth(server);
  await exchange(server, callerToken, teamsToken);
  await exchange(server, callerToken, await issue(server, "teams", { user: "bruno" }));
  let text = "";
  await until(async () => {
    text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return text.includes("error_type=");
  });
  return text;
}

describe.each(Object.entries(queries))("%s", (_what, text) => {
  it("names only metrics and labels that exist", async () => {
    const scraped = await scrape();
    const existing = new Set(scraped.split("\n").map((line) => /^\w+/.exec(line)?.[0]));
    const labels = new Set([...(scraped.match(/\w+(?==")/g) ?? []), "job", "instance"]);
    const named = metricNames(text);
    expect(named.size).toBeGreaterThan(5);
    expect([...named].filter((name) => !existing.has(name) && !labels.has(name))).toEqual([]);

    const used = [...text.matchAll(/(\w+)(?:=|=~|!=|!~)"/g)].map(([, label = ""]) => label);
    const grouped = [...text.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(/, ?/));
    expect([...used, ...grouped].filter((label) => !labels.has(label))).toEqual([]);
  });

  it("names only problems that exist", () => {
    const named = [...text.matchAll(/error_type(?:=|=~|!=|!~)"([^"]+)"/g)].flatMap(([, list = ""]) => list.split("|"));
    expect(named.filter((name) => !(name in catalogue))).toEqual([]);
  });
});
