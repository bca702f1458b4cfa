// The errors of Graph.

/** Thrown by Graph operations. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** 404 for an object that does not exist. */
export const notFound = (): GraphError =>
  new GraphError(
    404,
    "Request_ResourceNotFound",
    "Resource does not exist or one of its queried reference-property objects are not present.",
  );

/** 400 for a request that is invalid. */
export const badRequest = (message: string): GraphError => new GraphError(400, "Request_BadRequest", message);
