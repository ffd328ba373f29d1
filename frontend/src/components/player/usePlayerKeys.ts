import { useEffect, useEffectEvent } from "react";
import { isPressed, isTyping } from "../keyboard";

export interface PlayerActions {
  readonly toggle: () => void;
  /** By frames: forwards, or backwards below zero. */
  readonly step: (frames: number) => void;
  /** By seconds. */
  readonly skip: (seconds: number) => void;
  readonly shuttle: (direction: 1 | -1) => void;
  readonly stop: () => void;
  readonly mute: () => void;
  readonly fullScreen: () => void;
}

/** The keys of an editing desk, for the whole page; keys that write or press something else are left alone. */
export function usePlayerKeys(actions: PlayerActions | null): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (actions === null || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const act = actionOf(event, actions);
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      press(event);
    };
    document.addEventListener("keydown", listener);
    return () => {
      document.removeEventListener("keydown", listener);
    };
  }, []);
}

function actionOf(event: KeyboardEvent, actions: PlayerActions): (() => void) | undefined {
  if (event.key === " ") return isPressed(event.target) ? undefined : actions.toggle;
  if (event.key.startsWith("Arrow")) {
    const isSlider = event.target instanceof HTMLInputElement;
    if (isSlider || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return undefined;
    const direction = event.key === "ArrowLeft" ? -1 : 1;
    return () => {
      if (event.shiftKey) actions.skip(direction);
      else actions.step(direction);
    };
  }
  const keys: Readonly<Record<string, () => void>> = {
    j: () => {
      actions.shuttle(-1);
    },
    k: actions.stop,
    l: () => {
      actions.shuttle(1);
    },
    ",": () => {
      actions.step(-1);
    },
    ".": () => {
      actions.step(1);
    },
    m: actions.mute,
    f: actions.fullScreen,
  };
  return keys[event.key.toLowerCase()];
}
