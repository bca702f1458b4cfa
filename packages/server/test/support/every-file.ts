// Vitest's setup file of the HTTP tests, evaluated for every file. Where files share their worker, world.ts is evaluated once,
// and its own hook runs only after the first of them.
import { afterAll } from "vitest";
import { endFile } from "./world.ts";

afterAll(endFile);
