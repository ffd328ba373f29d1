export const app = {
  name: "Retake",
  skip: "Skip to the content",
  pages: "Pages",
  create: "Create",
  myVideos: "My Videos",
  jobs: "Jobs",
  queue: "Queue",
  history: "History",
  storage: "Storage",
  allStorage: "Admin",
  ownAccount: "Account",
  theme: "Theme",
  themes: { auto: "As the system", light: "Light", dark: "Dark" },
  signOut: "Sign out",
  account: (email: string) => `Signed in as ${email}`,
  dismiss: "Dismiss",
  loading: "Loading…",
  tryAgain: "Try again",
  failed: "That did not work",
  unreachable: "The server cannot be reached. Look at your connection, then try again.",
  notFound: "Page not found",
  notFoundWhy: "It may have been deleted, or the address is not complete.",
  toJobs: "Go to your jobs",
  cancel: "Cancel",
  undo: "Undo",
  undoKeys: "Undo (Ctrl+Z)",
  close: "Close",
  more: "Show more",
  unknownKind: "This is not a kind of file that Retake takes.",
  cancelUpload: (name: string) => `Cancel the upload of ${name}`,
  rename: "Change the title",
  morePages: "More",
} as const;

export const offline = {
  title: "You are offline.",
  short: "You are offline. Try again when you are connected.",
  why: "What is shown may be old. Nothing is sent until you press again.",
} as const;

export const broken = {
  notLoaded: "This page could not be loaded",
  notLoadedWhy: "The server cannot be reached, or the studio was updated. Nothing is lost.",
  failed: "This page has failed",
  failedWhy: "An error in the studio stopped it. What was sent is safe.",
} as const;

export const keyboard = {
  title: "Keyboard",
  keys: [
    ["Space", "Play or pause"],
    ["J K L", "Play backwards, stop, play; again for twice as fast"],
    [", . or ← →", "One frame back or on; with Shift one second"],
    ["M", "Mute"],
    ["F", "Full screen"],
    ["Ctrl or Shift + click", "Select clips in the timeline"],
    ["Alt + ← →", "Move the clip that has the focus in the timeline"],
    ["Ctrl + Z", "Undo the last change"],
    ["?", "Show this list"],
  ],
} as const;

export const models = { more: "More models" } as const;
