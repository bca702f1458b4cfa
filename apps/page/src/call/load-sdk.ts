// The one place that loads the Calling SDK, on demand.
import type { CallingSdk } from "./calling.ts";
import { SdkNotLoadedError } from "./calling-failure.ts";

/** A function that loads the SDK's chunk once. It throws a {@link SdkNotLoadedError} where the chunk cannot be had. */
export function sdkLoader(): () => Promise<CallingSdk> {
  let sdk: CallingSdk | undefined;
  return async () => {
    sdk ??= await load();
    return sdk;
  };
}

async function load(): Promise<CallingSdk> {
  const { createCallingSdk } = await import("./calling-sdk.ts").catch((cause: unknown) => {
    throw new SdkNotLoadedError("the calling chunk was not loaded", { cause });
  });
  return createCallingSdk();
}
