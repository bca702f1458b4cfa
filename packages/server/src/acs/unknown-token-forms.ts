// ACS tokens whose form does not tell whose they are. They are given to the caller, because Microsoft may change the form at any
// time; the check that ACS returned the right user's token does nothing until this server knows the new form.
import type { FastifyBaseLogger } from "fastify";
import type { Telemetry } from "../observability/telemetry.ts";

/** Counts them for the metric `acs.tokens.unknown_form` and warns once. Call the result for each of them. */
export function watchUnknownTokenForms(log: Pick<FastifyBaseLogger, "warn">, telemetry: Telemetry): () => void {
  let count = 0;
  telemetry.observe("acs.tokens.unknown_form", () => count);
  return () => {
    count += 1;
    if (count === 1) {
      log.warn(
        "ACS tokens have a form that this server does not know, so it cannot check whose they are. Look for an update.",
      );
    }
  };
}
