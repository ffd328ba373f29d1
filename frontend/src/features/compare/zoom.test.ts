import { describe, expect, it } from "vitest";
import { bounded, MAX_ZOOM, panBy, WHOLE, zoomAt } from "./zoom";

describe("the linked zoom", () => {
  it("keeps what is under the pointer where it is", () => {
    const at = { x: 0.2, y: -0.1 };
    const once = zoomAt(WHOLE, 2, at.x, at.y);
    // The point of the picture at the pointer, before and after.
    expect((at.x - once.x) / once.zoom).toBeCloseTo(at.x);
    expect((at.y - once.y) / once.zoom).toBeCloseTo(at.y);
  });

  it("shows no more than the picture and no less than an eighth of it", () => {
    expect(zoomAt(WHOLE, 0.5)).toEqual(WHOLE);
    expect(zoomAt(WHOLE, 100).zoom).toBe(MAX_ZOOM);
  });

  it("stops at the edges of the picture", () => {
    expect(panBy({ zoom: 3, x: 0, y: 0 }, 5, -5)).toEqual({ zoom: 3, x: 1, y: -1 });
    expect(bounded({ zoom: 1, x: 1, y: 1 })).toEqual(WHOLE);
  });
});
