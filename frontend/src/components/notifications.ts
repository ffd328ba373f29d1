import { useSyncExternalStore } from "react";

const KEY = "retake.notify";
const listeners = new Set<() => void>();

/** Whether this browser can show notifications, and does not refuse them. */
export function canNotify(): boolean {
  return typeof Notification !== "undefined" && Notification.permission !== "denied";
}

function isOn(): boolean {
  return canNotify() && Notification.permission === "granted" && localStorage.getItem(KEY) === "on";
}

/** Whether a notification is wanted when work ends in the background. */
export function useNotifications(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, isOn);
}

/** Ask for leave, by a press of a button: a browser asks a person only then. */
export async function switchNotifications(on: boolean): Promise<void> {
  if (on && Notification.permission !== "granted") await Notification.requestPermission();
  if (on && Notification.permission === "granted") localStorage.setItem(KEY, "on");
  else localStorage.removeItem(KEY);
  for (const listener of listeners) listener();
}

/** Show a notification where it is wanted; a press on it brings the page to the front. */
export function notify(title: string, body: string, tag: string): void {
  if (!isOn()) return;
  try {
    const shown = new Notification(title, { body, tag, icon: "/favicon.svg" });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  } catch {
    // Some phones have the permission and no such notifications.
  }
}
