export type Environment = Readonly<Record<string, string | undefined>>;
/** Both sources; a variable that is set already wins over the file, as it does for the server. */
export declare function readEnvironment(processEnvironment: Environment, file: string): {
    env: Environment;
    inFile: Readonly<Record<string, string>>;
};
