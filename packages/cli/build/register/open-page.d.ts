/** Best effort: the address has been printed already. */
export declare function openPage(url: string): void;
