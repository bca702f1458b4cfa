// npm run doctor, without the process around it: reads what there is to read, and has it examined.
import { Advice } from "../command/failures.js";
import { asAdvice, examine, usableConfig } from "./examine.js";
import { readRegistrations } from "./registrations.js";
const notSignedIn = new Advice("Nobody signed in.", "Leave --no-graph out.");
/** Looks at everything. What stands in the way of a part is in the report, never thrown. */
export async function diagnose(needs) {
    const config = usableConfig(needs.env);
    let noDirectory = notSignedIn;
    let registrations;
    if (needs.graph && config) {
        try {
            registrations = await readRegistrations(needs.graph, config);
        }
        catch (error) {
            noDirectory = asAdvice(error);
        }
    }
    return examine({ ...needs, config, registrations }, noDirectory, needs.skip);
}
