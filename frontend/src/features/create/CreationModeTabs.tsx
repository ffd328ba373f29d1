import { type KeyboardEvent, useRef } from "react";
import { say } from "../../strings";
import styles from "./CreationModeTabs.module.css";
import { type CreationMode, MODES } from "./creation";

interface CreationModeTabsProps {
  readonly mode: CreationMode;
  readonly onChange: (mode: CreationMode) => void;
}

export const PANEL_ID = "creation-panel";

/** The three ways of creating; the arrow keys go from one to the next. */
export function CreationModeTabs({ mode, onChange }: CreationModeTabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = (MODES.indexOf(mode) + step + MODES.length) % MODES.length;
    onChange(MODES[next] ?? mode);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  return (
    <div ref={list} className={styles.tabs} role="tablist" aria-label={say.create.mode} onKeyDown={move}>
      {MODES.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          id={`tab-${one}`}
          className={styles.tab}
          aria-selected={one === mode}
          aria-controls={PANEL_ID}
          tabIndex={one === mode ? 0 : -1}
          onClick={() => {
            onChange(one);
          }}
        >
          {say.create.modes[one]}
        </button>
      ))}
    </div>
  );
}
