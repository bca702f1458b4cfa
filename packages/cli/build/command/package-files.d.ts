/** The page that comes with the package. A repository that has not built it has no such folder. */
export declare const packagedPage: string;
/** The version of this package. */
export declare function readVersion(): string;
