// The theme: light, dark, or the one of the system. The page stores nothing else in localStorage.
import { type Theme, webDarkTheme, webLightTheme } from "@fluentui/react-components";
import { useState, useSyncExternalStore } from "react";

export type ThemeChoice = "system" | "light" | "dark";

const key = "tte.theme";
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function subscribe(listener: () => void): () => void {
  prefersDark.addEventListener("change", listener);
  return () => prefersDark.removeEventListener("change", listener);
}

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(key);
  return stored === "light" || stored === "dark" ? stored : "system";
}

/** The current theme, the user's choice, and the function that changes it. */
export function useTheme(): { theme: Theme; choice: ThemeChoice; choose: (choice: ThemeChoice) => void } {
  const systemIsDark = useSyncExternalStore(subscribe, () => prefersDark.matches);
  const [choice, setChoice] = useState(storedChoice);
  const dark = choice === "dark" || (choice === "system" && systemIsDark);
  return {
    theme: dark ? webDarkTheme : webLightTheme,
    choice,
    choose(next) {
      localStorage.setItem(key, next);
      setChoice(next);
    },
  };
}
