import { type SignInWay } from "../graph/sign-in.ts";
export interface DoctorOptions {
    readonly json: boolean;
    readonly verbose: boolean;
    readonly graph: boolean;
    readonly signIn: SignInWay;
    readonly envFile: string;
    readonly server: URL | undefined;
    readonly skip: readonly string[];
}
export declare const usage: string;
/** Reads the arguments. @throws {Advice} */
export declare function readOptions(args: readonly string[]): DoctorOptions;
