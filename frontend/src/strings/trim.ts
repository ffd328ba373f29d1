export const trim = {
  open: "Trim",
  title: (clip: string) => `Trim ${clip}`,
  shows: (shown: string, whole: string) => `Shows ${shown} of ${whole}`,
  of: (shown: string, whole: string) => `${shown} of ${whole}`,
  in: "Start",
  out: "End",
  frame: (n: number) => `Frame ${n}`,
  inFrame: "First frame",
  outFrame: "End frame",
  all: "Show all of it",
  apply: "Trim",
} as const;
