// Writes SUPPORT.md from the support table, the operations themselves and the kinds of faults.

import { apiVersions } from "../src/acs/acs-operation.ts";
import { acsOperations, operations } from "../src/all-operations.ts";
import { type FaultKind, faultKinds, tlsProblems } from "../src/faults/fault-kinds.ts";
import type { Operation } from "../src/http/operation.ts";
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

Written from the code: \`test/support-table.ts\` and the operations themselves; a test compares.
**full**: as documented and as seen on the real service. **partial**: what is there is right, something is missing.
**different**: deviates on purpose. **invented**: the vendor's behaviour is not known. **none**: anything that is not
listed answers 404 \`EmulatorUnsupported\`. Single answers that are invented carry the header \`x-emulator-invented: true\`.

${services.join("\n")}
## ACS Identity: operation × api-version

| Operation | ${apiVersions.join(" | ")} |
| --- |${apiVersions.map(() => " --- |").join("")}
${acsOperations.map(versionRow).join("\n")}

## Faults

A fault is for one operation by its name above, for all of them by \`*\`, or for new connections to the https port by
\`tls\`; it is played until it is cleared, or \`times\` times. Those added first are played first. An export of the state
holds none. Times are real milliseconds, whatever the emulator's clock says.

| Kind | Fields | What it does |
| --- | --- | --- |
${Object.entries(faultKinds).map(faultRow).join("\n")}

| Problem of \`tls\` | A client meets |
| --- | --- |
${Object.entries(tlsProblems).map(problemRow).join("\n")}

Adding a fault of \`tls\` closes the kept-alive connections that nobody uses; once it is cleared, the good certificate is
back. Each bad certificate is bad for its own reason alone, and new for each start.

## Rules that hold everywhere

- HMAC: the raw target is signed; \`SignedHeaders\` is honoured in its order and must name a date, \`host\` and
  \`x-ms-content-sha256\`. The window is 15 minutes (*inferred*) by the machine's clock, which the emulator's clock does
  not move, because the SDKs sign with it. A replay within the window is no error.
- An unsupported api-version answers 400 \`UnsupportedApiVersion\` (*inferred*); a missing one 400 (*invented*).
- Quotas per 30 s, operation and resource; every authenticated request counts, refused ones too.
- A Teams user's ACS token lives exactly as long as the Entra token. Its format beyond what the Calling SDK reads is
  *inferred*.
- Lifetimes of Entra access tokens are drawn from 60 to 90 minutes; SPA refresh tokens end 24 hours after the sign-in.
- Redirect URIs match exactly; the port of \`http://localhost\` is ignored.
- \`Strict-Transport-Security\` is \`max-age=0\` over https: a browser would otherwise refuse http on all of localhost.
- Nothing may be cached, discovery and keys included.
- An unsupported address answers loudly; nothing is silently accepted.
`;
}
