// Starts the page.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { createServices } from "./services.ts";

const container = document.getElementById("root");
if (container === null) throw new Error("index.html has no #root");

// The page can be below a path of its host, so the address of its folder counts.
function boot() {
  const services = createServices(new URL(".", location.href).href);
  // The page shows a failure once it is rendered. Until then nobody listens, and the browser would report an unhandled error.
  services.catch(() => undefined);
  return services;
}
createRoot(container).render(
  <StrictMode>
    <App firstBoot={boot()} boot={boot} />
  </StrictMode>,
);
