// The redirect bridge: Entra ID sends its response to this page, for redirects, pop-up windows and hidden frames. This page
// passes the response on to the page that waits for it, and shows nothing of it.
import { broadcastResponseToMainFrame } from "@azure/msal-browser/redirect-bridge";

function say(text: string): void {
  const message = document.getElementById("message");
  if (message !== null) message.textContent = text;
}

const response = new URLSearchParams(location.search);
if (response.get("admin_consent") === "True") {
  // Anyone can make a link with this parameter, so it is no proof of consent.
  say("If you granted consent for the whole organization, people can sign in now. You can close this page.");
} else if (response.has("error") && !response.has("state")) {
  // The same holds for a refusal: without a state, it belongs to no sign-in of this page.
  say("There is no sign-in to continue here. If you declined consent for the whole organization, nothing has changed.");
} else {
  broadcastResponseToMainFrame().catch(() => {
    // The page was opened by hand or from the history, or the waiting page is closed.
    say("There is no sign-in to continue here. Open the page and sign in again.");
  });
}
