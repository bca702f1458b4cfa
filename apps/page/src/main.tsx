// Starts the page.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { createServices } from "./services.ts";

const container = document.getElementById("root");
if (container === null) throw new Error("index.html has no #root");

// The page can be below a path of its host, so the address of its folder counts.
const boot = () => createServices(new URL(".", location.href).href);
createRoot(container).render(
  <StrictMode>
    <App firstBoot={boot()} boot={boot} />
  </StrictMode>,
);
