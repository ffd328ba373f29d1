import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { flushToasts, holdToasts } from "../components/toasts";

// A busy machine takes its time; what never comes fails all the same.
configure({ asyncUtilTimeout: 20_000 });

// What jsdom has no layout or player for; the browser tests see the real ones.
HTMLMediaElement.prototype.pause = () => undefined;
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};
globalThis.IntersectionObserver = class {
  observe = () => undefined;
  disconnect = () => undefined;
} as unknown as typeof IntersectionObserver;
HTMLElement.prototype.scrollIntoView = () => undefined;

afterEach(() => {
  cleanup();
  holdToasts(false);
  flushToasts();
  sessionStorage.clear();
});
