// Retired APIs in use: by the packages that the installation declares, and by the permissions that the registrations ask for.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { retirements, untilInWords } from "../retirements.js";
const manifest = z.object({
    workspaces: z.array(z.string()).default([]),
    dependencies: z.record(z.string(), z.string()).default({}),
    devDependencies: z.record(z.string(), z.string()).default({}),
});
function readManifest(folder) {
    const file = join(folder, "package.json");
    return existsSync(file) ? manifest.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
}
/** Packages that the installation and its workspaces declare themselves. */
function declaredPackages(folder) {
    const root = readManifest(folder);
    const manifests = [root, ...(root?.workspaces ?? []).map((workspace) => readManifest(join(folder, workspace)))];
    return new Set(manifests.flatMap((one) => (one ? [...Object.keys(one.dependencies), ...Object.keys(one.devDependencies)] : [])));
}
function askedResources({ registrations }) {
    const applications = [registrations?.api, ...(registrations?.clients ?? []).map(({ application }) => application)];
    return new Set(applications.flatMap((one) => one?.requiredResourceAccess.map(({ resourceAppId }) => resourceAppId) ?? []));
}
const asFinding = ({ id, what, lastDay, remedy }, nowMs) => ({
    id,
    what: `In use: ${what}, which ${untilInWords(lastDay, nowMs)}.`,
    why: "After its last day it may stop without further notice.",
    remedy,
});
/** Retired APIs. */
export const retired = {
    name: "retired-apis",
    needs: "nothing",
    run: (examined) => {
        const packages = declaredPackages(examined.folder);
        const resources = askedResources(examined);
        return retirements
            .filter((one) => one.packages.some((name) => packages.has(name)) || one.resources.some((id) => resources.has(id)))
            .map((one) => asFinding(one, examined.now()));
    },
};
