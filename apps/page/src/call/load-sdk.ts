// The only file that loads a Calling SDK, and only on demand: Microsoft's, or the emulator's module with the same classes.
import type { CallingService } from "@teams-token-exchange/client";
import type { CallingSdk } from "./calling.ts";
import { SdkNotLoadedError } from "./calling-failure.ts";
import type { CallingModule } from "./calling-sdk.ts";

/** Whether this build of the page can make calls with a calling service. A build without Microsoft's SDK still has the emulator's. */
export const canCall = ({ kind }: CallingService): boolean => kind === "emulator" || __CALLING_SDK__;

/** Returns a function that loads the SDK once. It throws a {@link SdkNotLoadedError} if the SDK cannot be loaded. */
export function sdkLoader(calling: CallingService): () => Promise<CallingSdk> {
  let sdk: CallingSdk | undefined;
  return async () => {
    sdk ??= await load(calling);
    return sdk;
  };
}

async function load(calling: CallingService): Promise<CallingSdk> {
  const loading = Promise.all([import("./calling-sdk.ts"), loadModule(calling)]);
  const [{ createCallingSdk }, sdk] = await loading.catch((cause: unknown) => {
    if (cause instanceof SdkNotLoadedError) throw cause;
    throw new SdkNotLoadedError("the calling chunk was not loaded", { cause });
  });
  return createCallingSdk(sdk);
}

async function loadModule(calling: CallingService): Promise<CallingModule> {
  if (calling.kind === "emulator") {
    const { useCallingService: setAddress, ...emulated } = await import("@teams-token-exchange/emulator/calling");
    setAddress(calling.endpoint);
    return emulated;
  }
  if (!__CALLING_SDK__) throw new SdkNotLoadedError("this build has no Calling SDK");
  return await import("@azure/communication-calling");
}
