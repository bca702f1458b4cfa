// The ACS resource: reachable, and it takes the keys.
import { Advice } from "../../command/failures.js";
import { probeAcs } from "../acs-probe.js";
import { configOf } from "../finding.js";
const settingOf = (index) => (index === 0 ? "ACS_CONNECTION_STRING" : "ACS_CONNECTION_STRING_SECONDARY");
const unreachable = (host) => ({
    id: "acs-unreachable",
    what: `The ACS resource ${host} cannot be reached from here.`,
    why: "Every exchange would end in 502 upstream-unavailable.",
    remedy: `Portal → your Communication Services resource → Keys → Endpoint: compare it with the settings. curl -v https://${host} tells whether DNS, a proxy or a firewall is in the way.`,
});
const refused = (setting) => ({
    id: "acs-key-refused",
    what: `ACS refuses the access key in ${setting}.`,
    why: "The key was regenerated, or is another resource's; every exchange would end in 500 server-misconfigured.",
    remedy: `Portal → your Communication Services resource → Keys → copy the connection string into ${setting}; or az communication list-key --name <resource> --resource-group <group>`,
});
async function run(examined) {
    const { endpoint, accessKeys } = configOf(examined).acs;
    if (accessKeys.length === 0) {
        // The server signs in with an identity that only its own machine has; from here, the resource can answer and no more.
        const { outcome } = await probeAcs(endpoint, "", examined);
        return outcome === "unreachable" ? [unreachable(new URL(endpoint).host)] : [];
    }
    const findings = [];
    for (const [index, accessKey] of accessKeys.entries()) {
        const probe = await probeAcs(endpoint, accessKey, examined);
        if (probe.outcome === "unreachable")
            return [unreachable(new URL(endpoint).host)];
        if (probe.outcome === "key-refused")
            findings.push(refused(settingOf(index)));
        if (probe.outcome === "unexpected") {
            throw new Advice(`ACS answered ${probe.status}, so the key could not be checked.`, "Run doctor again in a while; if it stays, look at the status page of Azure.");
        }
    }
    return findings;
}
/** ACS. */
export const acs = { name: "acs", needs: "settings", run };
