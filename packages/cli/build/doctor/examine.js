// Runs the checks in their order, and tells what was found from what could not be looked at.
import { ConfigError, readConfig } from "@teams-token-exchange/server/deployment";
import { Advice } from "../command/failures.js";
import { GraphError } from "../graph/graph.js";
import { account } from "./checks/account.js";
import { acs } from "./checks/acs.js";
import { apiRegistration } from "./checks/api-registration.js";
import { authority } from "./checks/authority.js";
import { clientRegistration } from "./checks/client-registration.js";
import { consent } from "./checks/consent.js";
import { https } from "./checks/https.js";
import { installation } from "./checks/installation.js";
import { origins } from "./checks/origins.js";
import { retired } from "./checks/retired.js";
import { settings } from "./checks/settings.js";
import { tokenLifetime } from "./checks/token-lifetime.js";
import { unchecked } from "./finding.js";
/** In the order in which one thing rests on the other. */
export const checks = [
    ...[settings, installation, authority, apiRegistration, clientRegistration, consent, account, tokenLifetime],
    ...[acs, origins, https, retired],
];
/** The settings without those that are bad, so that one bad setting does not hide everything behind it. */
export function usableConfig(env) {
    try {
        return readConfig({ ...env });
    }
    catch (error) {
        if (!(error instanceof ConfigError))
            throw error;
        const bad = new Set(error.problems.map(({ setting }) => setting));
        const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !bad.has(name)));
        try {
            return readConfig(rest);
        }
        catch {
            return undefined;
        }
    }
}
function obstacle({ needs }, { config, graph, registrations }, noDirectory) {
    if (needs === "nothing")
        return undefined;
    if (!config)
        return new Advice("The settings are not complete enough.", "Correct the settings first.");
    return needs === "settings" || (graph && registrations) ? undefined : noDirectory;
}
/** What stands in the way, for the person. @throws whatever is a defect */
export const asAdvice = (error) => {
    if (error instanceof Advice)
        return error;
    if (!(error instanceof GraphError))
        throw error;
    return new Advice(error.message, "The account needs to read applications and grants: the role Directory Readers, or Application.Read.All and DelegatedPermissionGrant.Read.All.", { cause: error });
};
/** What doctor found. @param noDirectory why there is no directory, where there is none @param skip names of checks to leave out */
export async function examine(examined, noDirectory, skip = []) {
    const checked = [];
    const findings = [];
    const left = [];
    for (const check of checks.filter(({ name }) => !skip.includes(name))) {
        const inTheWay = obstacle(check, examined, noDirectory);
        if (inTheWay) {
            left.push(unchecked(check, inTheWay));
            continue;
        }
        try {
            findings.push(...(await check.run(examined)).map((finding) => ({ check: check.name, ...finding })));
            checked.push(check.name);
        }
        catch (error) {
            left.push(unchecked(check, asAdvice(error)));
        }
    }
    return { checked, findings, unchecked: left };
}
/** 0 without a remark, 1 with findings, 2 where something that counts could not be checked. */
export function exitStatusOf({ findings, unchecked: left }) {
    if (findings.length > 0)
        return 1;
    return left.some(({ isOptional }) => !isOptional) ? 2 : 0;
}
