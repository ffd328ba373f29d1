import { describe, expect, it } from "vitest";
import { localMinute, nextHour } from "./times";

describe("local times", () => {
  it("are written without a zone, and read back as the same moment", () => {
    const moment = new Date(2026, 11, 1, 8, 5);
    expect(localMinute(moment)).toBe("2026-12-01T08:05");
    expect(new Date(localMinute(moment))).toEqual(moment);
  });

  it("propose a full hour that is not too soon", () => {
    expect(nextHour(new Date(2026, 11, 1, 8, 5))).toBe("2026-12-01T09:00");
    expect(nextHour(new Date(2026, 11, 1, 8, 35))).toBe("2026-12-01T10:00");
    expect(nextHour(new Date(2026, 11, 31, 23, 45))).toBe("2027-01-01T01:00");
  });
});
