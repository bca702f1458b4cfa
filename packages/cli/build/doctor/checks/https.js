const isLocal = ({ hostname }) => ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
/** The server's address. */
export const https = {
    name: "https",
    needs: "nothing",
    run: ({ server }) => {
        if (!server || server.protocol === "https:" || isLocal(server))
            return [];
        return [
            {
                id: "server-not-https",
                what: `The server is reached under ${server.origin}, without TLS.`,
                why: "Both tokens and the answer cross the network in the clear, and browsers let such a page neither sign in nor use camera and microphone.",
                remedy: "Put TLS in front of it (ingress, reverse proxy or the platform's own), and give --server the https address.",
            },
        ];
    },
};
