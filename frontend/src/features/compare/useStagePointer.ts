import { type DOMAttributes, type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";
import type { CompareView } from "./view";
import { panBy, type Zoom, zoomAt } from "./zoom";

/** How near to the wipe's edge a press has to be to move it while the picture is zoomed, in pixels. */
const NEAR_PX = 28;
const WHEEL_STEP = 1.002;

interface Drag {
  readonly what: "edge" | "picture";
  readonly x: number;
  readonly y: number;
  readonly box: DOMRect;
}

type Shown = Pick<CompareView, "edge" | "zoom">;

interface StagePointer {
  readonly area: RefObject<HTMLDivElement | null>;
  /** What is shown while a drag goes on: the address has it once that has ended. */
  readonly shown: Shown;
  readonly handlers: DOMAttributes<HTMLDivElement>;
}

/**
 * Lets the wipe's edge and the zoomed picture be dragged, and the wheel zoom with Ctrl, which is also what a
 * pinch on a touchpad sends. Without a zoom a press anywhere on the picture moves the edge.
 */
export function useStagePointer(
  view: CompareView,
  onView: (change: Partial<CompareView>) => void,
): StagePointer {
  const area = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const [moving, setMoving] = useState<Shown | null>(null);
  const shown = moving ?? view;

  const wheel = useEffectEvent((event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return;
    const box = boxOf(event.target);
    if (box === null) return;
    event.preventDefault();
    const factor = WHEEL_STEP ** -event.deltaY;
    onView({ zoom: zoomAt(view.zoom, factor, ...partOf(event, box)) });
  });
  useEffect(() => {
    const element = area.current;
    const listener = (event: WheelEvent) => {
      wheel(event);
    };
    // React's own listeners of the wheel are passive: they cannot keep the page from zooming.
    element?.addEventListener("wheel", listener, { passive: false });
    return () => element?.removeEventListener("wheel", listener);
  }, []);

  const edgeAt = (clientX: number, box: DOMRect) =>
    Math.min(100, Math.max(0, (100 * (clientX - box.left)) / box.width));

  const handlers: DOMAttributes<HTMLDivElement> = {
    onPointerDown: (event) => {
      const box = boxOf(event.target);
      if (event.button !== 0 || box === null) return;
      const isNear = Math.abs(event.clientX - box.left - (view.edge / 100) * box.width) <= NEAR_PX;
      const isEdge = view.mode === "wipe" && (view.zoom.zoom === 1 || isNear);
      if (!isEdge && view.zoom.zoom === 1) return;
      drag.current = { what: isEdge ? "edge" : "picture", x: event.clientX, y: event.clientY, box };
      event.currentTarget.setPointerCapture(event.pointerId);
      if (isEdge) setMoving({ edge: edgeAt(event.clientX, box), zoom: view.zoom });
    },
    onPointerMove: (event) => {
      const from = drag.current;
      if (from === null) return;
      if (from.what === "edge") setMoving({ edge: edgeAt(event.clientX, from.box), zoom: view.zoom });
      else {
        const { width, height } = from.box;
        const zoom = panBy(view.zoom, (event.clientX - from.x) / width, (event.clientY - from.y) / height);
        setMoving({ edge: view.edge, zoom });
      }
    },
    onPointerUp: () => {
      drag.current = null;
      if (moving) onView(moving);
      setMoving(null);
    },
    onPointerCancel: () => {
      drag.current = null;
      setMoving(null);
    },
  };
  return { area, shown, handlers };
}

/** The frame of the picture that an event is about; null where it is about a button or a caption. */
function boxOf(target: EventTarget | null): DOMRect | null {
  if (!(target instanceof Element) || target.closest("button, figcaption")) return null;
  const video = target.closest("figure")?.querySelector("video")?.parentElement;
  return video?.getBoundingClientRect() ?? null;
}

/** Where an event is in a frame, in parts of it from its middle. */
function partOf({ clientX, clientY }: MouseEvent, box: DOMRect): [Zoom["x"], Zoom["y"]] {
  return [(clientX - box.left) / box.width - 0.5, (clientY - box.top) / box.height - 0.5];
}
