// The redirect bridge: the page that Entra ID sends its answer to, for redirects, sign-in windows and hidden frames.
// It hands the answer to the page that waits for it and shows nothing of it.
import { broadcastResponseToMainFrame } from "@azure/msal-browser/redirect-bridge";

function say(text: string): void {
  const message = document.getElementById("message");
  if (message !== null) message.textContent = text;
}

const answer = new URLSearchParams(location.search);
if (answer.get("admin_consent") === "True") {
  say("Consent is given for the whole organisation. You can close this page.");
} else if (answer.has("error") && !answer.has("state")) {
  say("Consent was not given for the organisation. You can close this page.");
} else {
  broadcastResponseToMainFrame().catch(() => {
    // Opened by hand, from the history, or after the waiting page has gone: nobody to hand anything to.
    say("There is no sign-in to go on with here. Open the page and sign in again.");
  });
}
