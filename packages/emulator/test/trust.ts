// Makes this process trust an emulator's CA, as NODE_EXTRA_CA_CERTS does for a program.
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { Emulator } from "../src/start-emulator.ts";

/** Applies to every client in the process. @returns the HTTPS origin */
export function trust({ caCertificate, httpsOrigin }: Emulator): string {
  if (!caCertificate || !httpsOrigin) throw new Error("the emulator was started without https");
  setDefaultCACertificates([...getCACertificates("default"), caCertificate]);
  return httpsOrigin;
}
