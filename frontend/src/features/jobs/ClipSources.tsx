import { useState } from "react";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { LazyPart } from "../../components/LazyPart";
import { DropZone } from "./DropZone";
import { VideoPicker } from "./lazyParts";
import type { useNewClips } from "./useNewClips";

interface ClipSourcesProps {
  readonly newClips: Pick<ReturnType<typeof useNewClips>, "clips" | "addFiles" | "addVideos" | "addPrompt">;
  /** What the zone says instead of its usual words. */
  readonly title?: string;
}

/** Where new clips come from: files that are dropped or chosen, one's own videos, prompts. */
export function ClipSources({ newClips, title }: ClipSourcesProps) {
  const { clips, addFiles, addVideos, addPrompt } = newClips;
  const [picking, setPicking] = useState(false);
  return (
    <>
      <DropZone onFiles={addFiles} small={clips.length > 0} {...(title === undefined ? {} : { title })}>
        <Button
          size="small"
          onClick={() => {
            setPicking(true);
          }}
        >
          {say.newJob.addVideos}
        </Button>
        <Button size="small" onClick={addPrompt}>
          {say.newJob.addPrompt}
        </Button>
      </DropZone>
      {picking && (
        <LazyPart>
          <VideoPicker
            onChoose={addVideos}
            onClose={() => {
              setPicking(false);
            }}
          />
        </LazyPart>
      )}
    </>
  );
}
