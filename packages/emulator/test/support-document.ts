// Generates SUPPORT.md from the support table, the operations and the kinds of faults.

import { apiVersions } from "../src/acs/acs-operation.ts";
import { acsOperations, operations } from "../src/all-operations.ts";
import { type FaultKind, faultKinds, tlsProblems } from "../src/faults/fault-kinds.ts";
import type { Operation } from "../src/http/operation.ts";
import { callingSupportSection } from "./calling-support-table.ts";
import { type SupportRow, support } from "./support-table.ts";

const addressesOf = (name: string): string[] =>
  operations
    .filter((operation) => operation.name === name)
    .map(
      ({ method, path }) =>
        `${method} ${path.replaceAll("::", ":").replaceAll(/:(tenantId|tenant|id|objectId|name)\b/g, "{$1}")}`,
    );

function rows({ operations: names, support: kind, note }: SupportRow): string[] {
  return names.map((name, index) => {
    const addresses = addressesOf(name).map((address) => `\`${address}\``);
    return `| ${name} | ${addresses.join("<br>")} | ${kind} | ${index === 0 ? note : "as above"} |`;
  });
}

const versionRow = (operation: Operation): string => {
  const cells = apiVersions.map((version) => (operation.versions?.includes(version) ? "yes" : "–"));
  return `| ${operation.name} | ${cells.join(" | ")} |`;
};

function faultRow([kind, { fields, does }]: [string, FaultKind]): string {
  const cells = Object.entries(fields).map(
    ([name, { must, optional }]) => `\`${name}\`${optional ? ", optional" : ""}: ${must}`,
  );
  return `| ${kind} | ${cells.join("<br>") || "–"} | ${does} |`;
}

const problemRow = ([problem, meets]: [string, string]) => `| ${problem} | ${meets} |`;

/** The document's text. */
export function supportDocument(): string {
  const services = Object.entries(support).map(
    ([service, table]) =>
      `## ${service}\n\n| Operation | Address | Support | Note |\n| --- | --- | --- | --- |\n${table.flatMap(rows).join("\n")}\n`,
  );
  return `# What the emulator supports

This file is generated from \`test/support-table.ts\` and the operations; a test checks it.

- **full**: as documented and as seen on the real service.
- **partial**: correct, but something is missing.
- **different**: differs on purpose.
- *inferred*: concluded from other behaviour of the service. *invented*: Microsoft's behaviour is not known. Invented
  answers have the header \`x-emulator-invented: true\`.

Everything else returns 404 \`EmulatorUnsupported\`.

${services.join("\n")}
## Calling service: the WebSocket at \`/calling\`

Its messages are *invented*. Tokens are judged as documented: 403/40229 for no ACS token, 403/40231 for no Teams user,
401/40235 expired, 401/44113 without \`voip\`, and 401/10009 for one that ended. Calls end with the documented codes. *Invented*:

- 403/0 for a wrong passcode, 0/5854 and 0/5855 for a lobby that rejects or forgets, 503/0 for more calls, participants or
  connections than the emulator keeps, and 400/0 for a call to oneself. An unknown meeting gives 404/0.
- Two users who call each other at once: both calls ring, and each can be answered.
- A phone number is an emulated phone, which answers after two seconds. A device that connects while its user is called
  rings too.
- A participant whose connection breaks keeps the place for 10 s, then the others see 0/4521. Who comes back later gets 410/3101.
- A token that expires during a call may be replaced for 10 s; then the call ends with 495/4507. \`token-needed\` comes five
  minutes before the expiry, again every 30 s, and when it expired.
- Media go directly from browser to browser. On a computer without any network, Chromium needs
  \`--allow-loopback-in-peer-connection\`.
- A call rings on for 10 s after the callee's last device left; then it ends with 480/10037.
- Colleagues of the organizer are presenters, others attendees. Attendees may not admit, add, mute or remove others.
- The setting \`calling\` has these times. All but \`delay-signalling\` follow the emulator's clock.

${callingSupportSection()}
## ACS Identity: operation × api-version

| Operation | ${apiVersions.join(" | ")} |
| --- |${apiVersions.map(() => " --- |").join("")}
${acsOperations.map(versionRow).join("\n")}

## Faults

A fault applies to one operation of the tables above, to all of them (\`*\`), or to new connections to the HTTPS port
(\`tls\`). It applies until you clear it, or \`times\` times. The fault that was added first applies first. An export of
the state contains no faults. Times are real milliseconds, not those of the emulator's clock.

| Kind | Fields | What it does |
| --- | --- | --- |
${Object.entries(faultKinds).map(faultRow).join("\n")}

| Problem of \`tls\` | What the client gets |
| --- | --- |
${Object.entries(tlsProblems).map(problemRow).join("\n")}

A \`tls\` fault closes idle connections when you add it. After you clear it, the good certificate is used again. Each bad
certificate has exactly one problem, and is new for each start.

## General rules

- HMAC: the signature covers the raw target. \`SignedHeaders\` can be in any order and must name a date, \`host\` and
  \`x-ms-content-sha256\`. The date may differ by 15 minutes (*inferred*) from the clock of the machine, because the SDKs
  sign with that clock. A replay within this time is allowed.
- An unsupported api-version returns 400 \`UnsupportedApiVersion\` (*inferred*), a missing one 400 (*invented*).
- Quotas apply per 30 s, operation and resource. Every authenticated request counts, also a refused one.
- The ACS token of a Teams user expires together with the Entra token. Parts of its format that the Calling SDK does not
  read are *inferred*.
- Entra access tokens are valid for 60 to 90 minutes, chosen at random. SPA refresh tokens expire 24 hours after sign-in.
- On loopback, requests for other host names than \`localhost\` get 403, unless \`--allowed-hosts\` names them.
- Pages of other sites cannot send the forms of the admin consent and device pages.
- Redirect URIs must match exactly; the port of \`http://localhost\` is ignored.
- \`Strict-Transport-Security\` is \`max-age=0\` over HTTPS. Otherwise browsers would refuse HTTP on all of localhost.
- No answer may be cached, including discovery and keys.
`;
}
