// http where https belongs: the address under which people reach the server. (The settings' own addresses are judged with
// the settings, redirect URIs with the registrations.)
import type { Check } from "./check.ts";

const isLocal = ({ hostname }: URL) => ["localhost", "127.0.0.1", "[::1]"].includes(hostname);

/** The server's address. */
export const https: Check = {
  name: "https",
  needs: "nothing",
  run: ({ server }) => {
    if (!server || server.protocol === "https:" || isLocal(server)) return [];
    return [
      {
        id: "server-not-https",
        what: `Users reach the server at ${server.origin}, without TLS.`,
        why: "Both tokens and the answer cross the network in the clear, and browsers let such a page neither sign in nor use camera and microphone.",
        remedy:
          "Put TLS in front of it (ingress, reverse proxy or the platform's own), and give --server the https address.",
      },
    ];
  },
};
