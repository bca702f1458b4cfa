// Starts the page.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { createServices } from "./services.ts";

const container = document.getElementById("root");
if (container === null) throw new Error("index.html has no #root");

const boot = () => createServices(location.origin);
createRoot(container).render(
  <StrictMode>
    <App firstBoot={boot()} boot={boot} />
  </StrictMode>,
);
