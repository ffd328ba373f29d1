import "@fontsource-variable/hanken-grotesk/wght.css";
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { SHARED_PATH, SharedApp } from "./app/SharedApp";
import { PageLoadError } from "./components/lazyPage";
import { applyTheme, keptTheme } from "./app/theme";

applyTheme(keptTheme());
const root = document.getElementById("root");
if (root) {
  createRoot(root, {
    onCaughtError: (error) => {
      // What could not be loaded is shown; anything else is a defect, for the console as well.
      if (!(error instanceof PageLoadError)) reportError(error);
    },
  }).render(<StrictMode>{location.pathname === SHARED_PATH ? <SharedApp /> : <App />}</StrictMode>);
}
