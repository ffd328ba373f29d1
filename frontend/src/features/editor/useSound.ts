import { useQuery } from "@tanstack/react-query";
import type { VersionView } from "../../api/schema";
import { keys } from "../../api/queries";

const BARS = 240;
const LOW_RATE = 8000;

/**
 * The loudness of a take along its length, from 0 to 1: read from the file that is played anyway, in the
 * browser. Undefined until it is known, and for one that cannot be read.
 */
export function useSound(version: VersionView | null): readonly number[] | undefined {
  const url = version?.video_url ?? null;
  return useQuery({
    queryKey: keys.sound(version?.version_id ?? ""),
    queryFn: ({ signal }) => readLoudness(url ?? "", signal),
    enabled: url !== null && typeof OfflineAudioContext !== "undefined",
    staleTime: Infinity, // a version never changes
    retry: false,
  }).data;
}

async function readLoudness(url: string, signal: AbortSignal): Promise<readonly number[]> {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error("The take could not be read.");
  // Decoded at a low rate: what is drawn needs no more, and memory stays small.
  const decoded = await new OfflineAudioContext(1, 1, LOW_RATE).decodeAudioData(await answer.arrayBuffer());
  return loudnessOf(decoded.getChannelData(0), BARS);
}

/** The loudest sample of each part of a sound, as a share of the loudest of all. */
export function loudnessOf(samples: Float32Array, bars: number): readonly number[] {
  const peaks = Array.from({ length: bars }, (_, bar) => {
    const part = samples.subarray(
      Math.floor((bar * samples.length) / bars),
      Math.floor(((bar + 1) * samples.length) / bars),
    );
    return part.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  });
  const loudest = Math.max(...peaks, 1e-3);
  return peaks.map((peak) => peak / loudest);
}
