// The only file that loads the Calling SDK, and only on demand.
import type { CallingSdk } from "./calling.ts";
import { SdkNotLoadedError } from "./calling-failure.ts";

/** Returns a function that loads the SDK once. It throws a {@link SdkNotLoadedError} if the SDK cannot be loaded. */
export function sdkLoader(): () => Promise<CallingSdk> {
  let sdk: CallingSdk | undefined;
  return async () => {
    sdk ??= await load();
    return sdk;
  };
}

async function load(): Promise<CallingSdk> {
  if (!__CALLING_SDK__) throw new SdkNotLoadedError("this build has no Calling SDK");
  const loading = Promise.all([import("./calling-sdk.ts"), import("@azure/communication-calling")]);
  const [{ createCallingSdk }, sdk] = await loading.catch((cause: unknown) => {
    throw new SdkNotLoadedError("the calling chunk was not loaded", { cause });
  });
  return createCallingSdk(sdk);
}
