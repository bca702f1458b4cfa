// Types that tie the classes of this module to those of the SDK.
import type * as Sdk from "@azure/communication-calling";

export type { Sdk };

/**
 * The public members of an SDK type, all required. A class that implements it has every member of the SDK's, so a new SDK
 * version that adds or changes one does not compile. Classes of the SDK have private members and cannot be implemented.
 */
export type Public<T> = { [K in keyof T]-?: T extends Record<K, T[K]> ? T[K] : T[K] | undefined };

/** An object of this module as the SDK types it. */
export const asSdk = <T>(emulated: Public<T>): T => emulated as unknown as T;

/** A list of objects of this module as the SDK types it. The lists of this module are replaced, never changed. */
export const asSdkList = <T>(emulated: readonly Public<T>[]): readonly T[] => emulated as unknown as readonly T[];

/** Removes a listener. */
export type Unsubscribe = () => void;
