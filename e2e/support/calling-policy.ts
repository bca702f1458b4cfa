// The content security policy that the Calling SDK needs, for a server that does not send it yet: calls are tested under
// an enforced policy either way.

const needed: Readonly<Record<string, string>> = {
  "worker-src": "'self' blob:",
  "media-src": "'self' blob:",
  "img-src": "'self' data: blob:",
};
const connections =
  "https://*.communication.microsoft.com wss://*.communication.microsoft.com https://*.skype.com wss://*.skype.com https://*.communication.azure.com https://config.teams.microsoft.com https://*.events.data.microsoft.com";

/** The policy with what calls need. One that has it already is returned as it is. */
export function withCalling(policy: string): string {
  if (policy.includes("worker-src")) return policy;
  const directives = new Map(
    policy.split(";").map((text) => {
      const [name = "", ...sources] = text.trim().split(/\s+/);
      return [name, sources.join(" ")];
    }),
  );
  for (const [name, sources] of Object.entries(needed)) directives.set(name, sources);
  directives.set("connect-src", `${directives.get("connect-src") ?? "'self'"} ${connections}`);
  return [...directives].map(([name, sources]) => `${name} ${sources}`).join(";");
}
