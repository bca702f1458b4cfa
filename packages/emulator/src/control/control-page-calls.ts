// Meetings and calls on the control page: who is where, and buttons that do to them what a test can do.
import type { EmulatorContext } from "../http/context.ts";
import { type Html, html } from "../pages/html-page.ts";
import { type CallParticipant, type LiveCall, listCalls, type MeetingAccess } from "./calling-control.ts";
import { table } from "./control-page-directory.ts";

const lobbies = {
  everyone: "Nobody waits in the lobby.",
  organization: "Other tenants wait in the lobby.",
  organizer: "Everyone but the organizer waits in the lobby.",
};

const button = (action: string, input: object, label: string, name: string): Html =>
  html`<button data-action="${action}" data-body="${JSON.stringify(input)}" aria-label="${name}">${label}</button>`;

function meetingRow({ name, title, meetingId, passcode, meetingLink, lobbyBypass }: MeetingAccess): Html {
  return html`<tr><td>${title ?? name}<br><small class="quiet">${name}</small></td>
<td><code>${meetingId}</code>${passcode ? html`, passcode <code>${passcode}</code>` : ""}<br><small><code>${meetingLink}</code></small></td>
<td>${lobbies[lobbyBypass]}<br>${button("end-meeting", { meeting: name }, "End for everyone", `End ${name} for everyone`)}</td></tr>`;
}

function participantRow(call: LiveCall, participant: CallParticipant): Html {
  const { id, displayName, state, muted, video, screen, held } = participant;
  const sends = [
    ...(muted ? ["muted"] : []),
    ...(video ? ["video"] : []),
    ...(screen ? ["screen"] : []),
    ...(held ? ["on hold"] : []),
  ];
  const admit = button("admit-participant", { participant: id }, "Admit", `Admit ${displayName}`);
  return html`<tr><td>${call.meeting ?? "Call"}</td><td>${displayName}<br><small class="quiet">${[state, ...sends].join(", ")}</small></td>
<td>${state === "InLobby" ? admit : ""}${button("remove-participant", { participant: id }, "Remove", `Remove ${displayName}`)}</td></tr>`;
}

/** Meetings, live calls, and a form that rings a user. */
export function callsSection(context: EmulatorContext): Html {
  const { meetings, calls } = listCalls(context);
  const rows = calls.flatMap((call) => call.participants.map((participant) => participantRow(call, participant)));
  const users = context.state.users.map(({ name }) => html`<option>${name}</option>`);
  return html`<section aria-labelledby="meetings"><h2 id="meetings">Meetings</h2>${table("meetings", ["Meeting", "How to join", "Lobby"], meetings.map(meetingRow))}
<form data-action="create-meeting">
<label for="m-name">Name of a new meeting</label><input id="m-name" name="name" required>
<label for="m-organizer">Organizer</label><select id="m-organizer" name="organizer">${users}</select>
<label for="m-lobby">Who skips the lobby</label><select id="m-lobby" name="lobbyBypass"><option>organization</option><option>everyone</option><option>organizer</option></select>
<div class="row"><button class="primary">Create</button></div></form></section>
<section aria-labelledby="calls"><h2 id="calls">Calls</h2>${table("calls", ["Call", "Participant", "Action"], rows)}
<form data-action="ring-user">
<label for="r-user">Ring a user</label><select id="r-user" name="user">${users}</select>
<div class="row"><button>Ring</button></div></form></section>`;
}
