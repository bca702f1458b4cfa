/** False in the build without the Calling SDK; vite.config.ts defines it. */
declare const __CALLING_SDK__: boolean;
