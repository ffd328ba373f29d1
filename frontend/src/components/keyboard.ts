const TEXT = "input:not([type=checkbox], [type=radio], [type=range], [type=file]), textarea, select";

/** Whether keys that are pressed at an element write into it, or choose in it. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches(TEXT));
}

/** Whether the space bar presses an element. */
export function isPressed(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("button, a, summary, input, label") !== null;
}
