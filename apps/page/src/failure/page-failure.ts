// The failures of this page that the client package does not know.
import { describeFailure, type Failure } from "@teams-token-exchange/client/failure";

/** A script that the page loads when it is needed did not arrive. */
export class PartNotLoadedError extends Error {
  override readonly name = "PartNotLoadedError";
}

/** Explains any error that a step of this page can end in. */
export function describePageFailure(error: unknown): Failure {
  if (!(error instanceof PartNotLoadedError)) return describeFailure(error);
  return {
    code: "part-not-loaded",
    title: "A part of this page could not be loaded",
    cause: "The page's server did not deliver it. Perhaps there is a new version of the page.",
    advice: "Try again. If that does not help, reload the page.",
    action: "retry",
    references: [],
  };
}
