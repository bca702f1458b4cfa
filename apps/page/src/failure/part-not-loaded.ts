// A script of the page that is loaded when it is needed, and did not come.
export class PartNotLoadedError extends Error {
  override readonly name = "PartNotLoadedError";
}
