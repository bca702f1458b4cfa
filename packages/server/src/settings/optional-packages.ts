// Packages that only some deployments need do not come with the server: fewer packages are fewer to trust. If a setting needs
// one that is not installed, the error names it.
import { createRequire } from "node:module";

/** A setting needs a package that is not installed. The message is for the operator. */
export class PackageMissing extends Error {
  override readonly name = "PackageMissing";
}

/**
 * The module that is being imported.
 *
 * @param setting the setting that needs it
 * @param packages what to install, as npm takes it
 * @throws {PackageMissing} if the module, or a package that it imports, is not installed
 */
export async function needed<Module>(importing: Promise<Module>, setting: string, packages: string): Promise<Module> {
  return importing.catch((cause: unknown) => {
    if ((cause as { code?: unknown }).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new PackageMissing(`${setting} needs packages that are not installed: npm install ${packages}`, { cause });
  });
}

/** Whether a package could be imported, without importing it. */
export function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
