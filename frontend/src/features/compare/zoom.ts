/** What part of two pictures is shown, the same of both. */
export interface Zoom {
  /** How much larger than the whole picture; 1 for all of it. */
  readonly zoom: number;
  /** How far the middle of the picture is from that of the frame, in parts of the frame's width and height. */
  readonly x: number;
  readonly y: number;
}

export const WHOLE: Zoom = { zoom: 1, x: 0, y: 0 };
export const MAX_ZOOM = 8;

/** Zoom by a factor around a point of the frame, in parts of it from its middle: what is there stays there. */
export function zoomAt(now: Zoom, factor: number, x = 0, y = 0): Zoom {
  const zoom = Math.min(MAX_ZOOM, Math.max(1, now.zoom * factor));
  const grown = zoom / now.zoom;
  return bounded({ zoom, x: x - grown * (x - now.x), y: y - grown * (y - now.y) });
}

/** Move the picture, in parts of the frame; no further than to its edges. */
export function panBy(now: Zoom, x: number, y: number): Zoom {
  return bounded({ zoom: now.zoom, x: now.x + x, y: now.y + y });
}

export function bounded({ zoom, x, y }: Zoom): Zoom {
  const room = (zoom - 1) / 2;
  const within = (value: number) => (room === 0 ? 0 : Math.min(room, Math.max(-room, value)));
  return { zoom, x: within(x), y: within(y) };
}
