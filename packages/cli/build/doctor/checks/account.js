// The account that signed in to doctor: a member of the tenant, with a Teams licence. It stands for the users, so sign in
// as one of them to check one of them.
import { Advice } from "../../command/failures.js";
import { GraphError } from "../../graph/graph.js";
import { licence, profile } from "../../graph/objects.js";
import { directoryOf } from "../finding.js";
/** Service plans that make a Teams user, as ACS's guide lists them. */
const teamsPlan = /^(TEAMS1|TEAMS_FREE|TEAMS_GOV|TEAMS_GCCHIGH|TEAMS_DOD|TEAMS_AR_\w+)$/;
const guest = {
    id: "account-is-guest",
    what: "The account that signed in is a guest of this tenant.",
    why: "A guest's Teams licence is in the home tenant. Both tokens must come from one tenant, so a guest is refused: 403, teams-token-other-tenant or teams-token-rejected.",
    remedy: "Sign in with a member of the tenant; or run a deployment for the home tenant, or a multi-tenant one.",
};
const unlicensed = {
    id: "licence-missing",
    what: "The account that signed in has no Teams licence that is switched on.",
    why: "ACS exchanges tokens only for users with an eligible Teams plan (TEAMS1 or a sibling); without it the exchange ends in 403 teams-token-rejected, which looks like a bug.",
    remedy: "Microsoft 365 admin center → Users → Active users → the user → Licenses and apps → Microsoft Teams. It takes effect within hours. To check another user, sign in as that one.",
};
async function run(examined) {
    const { graph } = directoryOf(examined);
    try {
        const { userType } = profile.parse(await graph.get("/me?$select=userType"));
        if (userType === "Guest")
            return [guest];
        const licences = await graph.list("/me/licenseDetails", licence);
        const isLicensed = licences
            .flatMap(({ servicePlans }) => servicePlans)
            .some(({ servicePlanName, provisioningStatus }) => teamsPlan.test(servicePlanName) && provisioningStatus !== "Disabled");
        return isLicensed ? [] : [unlicensed];
    }
    catch (error) {
        if (!(error instanceof GraphError))
            throw error;
        throw new Advice("No user is signed in, so no user's licence could be looked at.", "Use --sign-in device, as a user.", { cause: error });
    }
}
/** The account. */
export const account = { name: "account", needs: "directory", isOptional: true, run };
