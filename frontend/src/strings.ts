/** Everything the studio says; a text is loaded with the first screen that shows it. */
export * as say from "./strings/all";
