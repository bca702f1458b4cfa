// What to do when Graph refuses: which permission or role is missing, by status.
import { Advice } from "../command/failures.js";
import { GraphError } from "../graph/graph.js";
/** Turns a refusal of Graph into advice; everything else goes on as it is. */
export function adviceForGraph(error, permissions, role) {
    if (!(error instanceof GraphError))
        return error;
    if (error.status === 403) {
        return new Advice(error.message, `The account needs the role ${role}, and the sign-in the permissions ${permissions.join(" and ")}. Ask an administrator to run this command, or to grant them.`, { cause: error });
    }
    if (error.status === 401)
        return new Advice(error.message, "The sign-in was not accepted. Sign in again, with an account of this tenant.", {
            cause: error,
        });
    return new Advice(error.message, "Run the command again: it goes on where it stopped. If it stays, look the code up in Graph's documentation.", { cause: error });
}
