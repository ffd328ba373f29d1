import { useEffect, useState } from "react";
import type { StreamPlayer } from "./stream/StreamPlayer";
import { useSteadyUrl } from "./useSteadyUrl";

/** A stream that is to be played. */
export interface StreamSource {
  /** What it shows: another one is played from its own beginning. */
  readonly id: string;
  /** Address of its playlist. */
  readonly url: string;
}

const NOTHING: StreamSource = { id: "", url: "" };

/**
 * Make a stream playable by a video element. The code for it is fetched when it is first needed.
 *
 * @param refresh Called where its address does not work any more.
 * @returns What the element plays; undefined while that is being made.
 */
export function useStream(
  stream: StreamSource | null,
  video: HTMLVideoElement | null,
  refresh: () => void,
): string | undefined {
  const { id, url } = stream ?? NOTHING;
  const { src: address, onError } = useSteadyUrl(id, url, refresh);
  const [player, setPlayer] = useState<{ address: string; src: string; own: StreamPlayer | null } | null>(
    null,
  );
  useEffect(() => {
    if (address === "") return undefined;
    let own: StreamPlayer | null = null;
    let isOver = false;
    const open = async () => {
      const { StreamPlayer: Player, canStream } = await import("./stream/StreamPlayer");
      if (isOver) return;
      own = canStream() ? new Player(address, onError) : null;
      setPlayer({ address, src: own?.src ?? address, own });
    };
    open().catch(onError);
    return () => {
      isOver = true;
      own?.stop();
    };
    // A failure makes another address, which starts anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [address]);
  const current = player?.address === address ? player : null;
  useEffect(() => {
    current?.own?.follow(video);
  }, [current, video]);
  return current?.src;
}
