// GET /emulator: the control page. It shows the state of the emulator and has a form for each action; a script sends
// them.
import { faultKinds, TLS } from "../faults/fault-kinds.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Operation } from "../http/operation.ts";
import { type Html, html, page } from "../pages/html-page.ts";
import type { PortConnections } from "../state/connections.ts";
import { callsSection } from "./control-page-calls.ts";
import { directorySections } from "./control-page-directory.ts";

const options = (values: readonly string[]): Html[] => values.map((value) => html`<option>${value}</option>`);

function clockSection({ clock }: EmulatorContext): Html {
  const move = (seconds: number, label: string) =>
    html`<button data-action="clock" data-body="${JSON.stringify({ moveSeconds: seconds })}">${label}</button>`;
  return html`<section aria-labelledby="clock"><h2 id="clock">Clock</h2>
<p><strong>${new Date(clock.now()).toISOString()}</strong>${clock.frozen ? " (frozen)" : ""}</p>
<div class="row">
<button data-action="clock" data-body="${JSON.stringify({ freeze: !clock.frozen })}">${clock.frozen ? "Resume" : "Freeze"}</button>
${move(600, "+10 min")}${move(7_200, "+2 h")}${move(90_000, "+25 h")}
<button data-action="clock" data-body='{"reset":true}'>Reset to real time</button></div></section>`;
}

function tokenSection({ state }: EmulatorContext): Html {
  const resources = state.registrations.filter((registration) => registration.identifierUris?.length);
  const clients = state.registrations.filter((registration) => registration.redirectUris);
  return html`<section aria-labelledby="token"><h2 id="token">Issue a token</h2>
<form data-action="issue-token">
<label for="t-resource">Resource</label><select id="t-resource" name="resource">${options(resources.map(({ name }) => name))}</select>
<label for="t-user">User</label><select id="t-user" name="user">${options(state.users.map(({ name }) => name))}</select>
<label for="t-client">Client</label><select id="t-client" name="client">${options(clients.map(({ name }) => name))}</select>
<label for="t-sign">Signed with</label><select id="t-sign" name="signWith"><option value="current">the published key</option><option value="unknown">an unknown key</option></select>
<label for="t-life">Lifetime in seconds</label><input id="t-life" name="expiresInSeconds" data-type="number" inputmode="numeric" aria-describedby="t-life-hint">
<small class="quiet" id="t-life-hint">Negative: already expired. Empty: 60 to 90 minutes, like Entra.</small>
<label for="t-claims">Claims to replace (JSON)</label><textarea id="t-claims" name="claims" data-type="json" aria-describedby="t-claims-hint">{}</textarea>
<small class="quiet" id="t-claims-hint">null omits a claim.</small>
<div class="row"><button class="primary">Issue</button></div></form>
<label for="t-result">Token</label><textarea id="t-result" data-result="token" readonly></textarea></section>`;
}

function faultSection({ faults }: EmulatorContext, operationNames: readonly string[]): Html {
  const rows = faults.rules.map(
    (rule) =>
      html`<tr><td>${rule.operation}</td><td><code>${JSON.stringify(rule.fault).slice(0, 200)}</code></td><td>${rule.times ?? "until cleared"}</td></tr>`,
  );
  return html`<section aria-labelledby="faults"><h2 id="faults">Faults</h2>
${
  rows.length > 0
    ? html`<div class="scroll" tabindex="0" role="group" aria-labelledby="faults"><table><thead><tr><th scope="col">Operation</th><th scope="col">Fault</th><th scope="col">Times</th></tr></thead><tbody>${rows}</tbody></table></div>
<div class="row"><button data-action="clear-faults" data-body="{}">Clear all faults</button></div>`
    : html`<p class="quiet">None.</p>`
}
<form data-action="add-fault">
<label for="f-operation">Operation</label><select id="f-operation" name="operation">${options([...operationNames, "*", TLS])}</select>
<label for="f-fault">Fault (JSON). Kinds: ${Object.keys(faultKinds).join(", ")}</label><textarea id="f-fault" name="fault" data-type="json">{"kind":"status","status":503,"headers":{"retry-after":"2"}}</textarea>
<label for="f-times">How many times</label><input id="f-times" name="times" data-type="number" inputmode="numeric" aria-describedby="f-times-hint">
<small class="quiet" id="f-times-hint">Empty: until cleared.</small>
<div class="row"><button class="primary">Add fault</button></div></form></section>`;
}

const connectionText = ({ accepted, open }: PortConnections): string =>
  accepted === 0 && open === 0 ? "no connections" : `${accepted} connections (${open} open)`;

function logSection({ log, connections }: EmulatorContext): Html {
  const { http, https } = connections.counts;
  const rows = log.entries
    .slice(-100)
    .reverse()
    .map(
      (entry) =>
        html`<tr><td>${entry.time.slice(11, 19)}</td><td>${entry.operation}</td><td>${entry.status}${entry.fault ? html`<br>fault: ${entry.fault}` : ""}${entry.abandoned ? html`<br>client disconnected` : ""}</td><td>${entry.asked}${entry.reason ? html`<div class="bad">${entry.reason}</div>` : ""}</td></tr>`,
    );
  return html`<section aria-labelledby="requests"><h2 id="requests">Request log</h2>
${
  rows.length > 0
    ? html`<div class="scroll" tabindex="0" role="group" aria-labelledby="requests"><table><thead><tr><th scope="col">Time</th><th scope="col">Operation</th><th scope="col">Status</th><th scope="col">Request, and why it was refused</th></tr></thead><tbody>${rows}</tbody></table></div>
<div class="row"><button data-action="clear-requests" data-body="{}">Clear the log</button></div>`
    : html`<p class="quiet">No requests yet.</p>`
}<p>HTTP: ${connectionText(http)}. HTTPS: ${connectionText(https)}${https.accepted > 0 ? `, ${https.secured} with a completed handshake` : ""}.</p></section>`;
}

const keepSection: Html = html`<section aria-labelledby="keep"><h2 id="keep">Keys and state</h2>
<div class="row"><button data-action="rotate-keys" data-body="{}">Rotate the signing key</button>
<button data-action="rotate-keys" data-body='{"dropOld":true}'>Rotate and withdraw the old key</button>
<button data-action="regenerate-access-key" data-body='{"key":"primary"}'>Regenerate the primary access key</button>
<button data-action="regenerate-access-key" data-body='{"key":"secondary"}'>Regenerate the secondary access key</button></div>
<div class="row"><button data-action="export" data-body="{}" data-download="emulator-state.json">Export</button>
<button data-action="reset" data-body="{}">Reset to the seed</button></div>
<label for="import">Import a state</label><input id="import" type="file" accept="application/json" data-action="import"></section>`;

/**
 * The page, its script, and a way to the page from the address itself.
 * @param operationNames the operations that faults can be added to
 * @param readScript reads the script of the page
 */
export function controlPage(operationNames: readonly string[], readScript: () => Promise<string>): Operation[] {
  return [
    {
      name: "control",
      method: "GET",
      path: "/",
      answersHead: true,
      handle: () => ({ status: 302, headers: { location: "/emulator" } }),
    },
    {
      name: "control",
      method: "GET",
      path: "/emulator",
      answersHead: true,
      handle: (context) =>
        page(
          { title: "Emulator control", wide: true, script: "/emulator/control.js" },
          html`<h1>Emulator of Entra ID and ACS Identity</h1>
<p>${context.origins.http}${context.origins.https ? ` and ${context.origins.https}` : ""}</p>
<p role="status" id="outcome"></p>
<div id="sections">${clockSection(context)}${directorySections(context)}${callsSection(context)}${tokenSection(context)}${faultSection(context, operationNames)}${keepSection}${logSection(context)}</div>`,
        ),
    },
    {
      name: "control",
      method: "GET",
      path: "/emulator/control.js",
      answersHead: true,
      handle: async () => ({
        status: 200,
        headers: { "content-type": "text/javascript; charset=utf-8", "x-content-type-options": "nosniff" },
        body: await readScript(),
      }),
    },
  ];
}
