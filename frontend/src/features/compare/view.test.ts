import { describe, expect, it } from "vitest";
import { FIRST_VIEW, viewOf, writeView } from "./view";

describe("the address of a comparison", () => {
  it("holds everything that is shown", () => {
    const search = new URLSearchParams("left=a&right=b");
    const view = {
      mode: "wipe",
      edge: 31.5,
      zoom: { zoom: 2, x: 0.25, y: -0.125 },
      heard: "right",
      looping: true,
      at: 1.25,
    } as const;
    writeView(search, view);
    expect(viewOf(new URLSearchParams(search.toString()))).toEqual(view);
    expect(search.get("left")).toBe("a");
  });

  it("leaves out what is as at first", () => {
    const search = new URLSearchParams("left=a&right=b&view=wipe&zoom=3&x=1&loop=1");
    writeView(search, FIRST_VIEW);
    expect(search.toString()).toBe("left=a&right=b");
  });

  it("takes no nonsense", () => {
    expect(viewOf(new URLSearchParams("view=x&edge=-5&zoom=NaN&x=9&y=up&sound=both&at=-1"))).toEqual({
      ...FIRST_VIEW,
      edge: 0,
    });
  });
});
