// Zod compiles its schemas where it may, and finds out by trying: under this page's content security policy each try is a
// violation in the console. Imported first, because it asks while schemas are made.
import { config } from "zod";

config({ jitless: true });
