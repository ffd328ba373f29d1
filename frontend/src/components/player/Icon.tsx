const PATHS = {
  play: "M5 3.5v13l11-6.5z",
  pause: "M5 3.5h3.5v13H5zM11.5 3.5H15v13h-3.5z",
  back: "M4 4h2v12H4zM16 4v12L7 10z",
  forward: "M14 4h2v12h-2zM4 4v12l9-6z",
  sound: "M3 7.5h3L10.5 4v12L6 12.5H3zM12.5 7a4 4 0 0 1 0 6M14.5 4.8a7 7 0 0 1 0 10.4",
  silent: "M3 7.5h3L10.5 4v12L6 12.5H3zM13 7.5l5 5M18 7.5l-5 5",
  full: "M3 8V3h5M12 3h5v5M17 12v5h-5M8 17H3v-5",
  loop: "M4 9a5 5 0 0 1 5-4h6M13 2.5 15.5 5 13 7.5M16 11a5 5 0 0 1-5 4H5M7 12.5 4.5 15 7 17.5",
} as const;

const LINES = new Set<keyof typeof PATHS>(["full", "loop"]);

/** A sign on a button, which has the words. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }) {
  return (
    <svg
      viewBox="0 0 20 20"
      width={18}
      height={18}
      aria-hidden="true"
      fill={LINES.has(name) ? "none" : "currentColor"}
      stroke={name === "play" || name === "pause" ? "none" : "currentColor"}
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
