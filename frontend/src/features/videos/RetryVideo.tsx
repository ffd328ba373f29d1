import type { UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import type { ModelView, TrackedVideoView } from "../../api/schema";
import { Button } from "../../components/Button";
import { formatPrice } from "../../format";
import { say } from "../../strings";
import { EMPTY, priceOf, START } from "../create/creation";
import { useModels } from "../jobs/useModels";
import styles from "./TrackedVideo.module.css";

interface RetryVideoProps {
  readonly video: TrackedVideoView;
  /** Called with the name of another model; with none for the video's own. */
  readonly retry: UseMutationResult<unknown, Error, string>;
}

/** Makes a video again that failed or was cancelled: with its model, or another one at the price that is shown. */
export default function RetryVideo({ video, retry }: RetryVideoProps) {
  const models = useModels(true);
  const [chosen, setModel] = useState("");
  const others = models.filter((model) => model.name !== video.model && makes(model, video));
  return (
    <>
      {others.length > 0 && (
        <select
          className={styles.model}
          aria-label={say.videos.retryModel(video.title)}
          value={chosen}
          onChange={(event) => {
            setModel(event.target.value);
          }}
        >
          <option value="">{say.batch.heldSame}</option>
          {others.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      )}
      <Button
        size="small"
        busy={retry.isPending}
        onClick={() => {
          retry.mutate(chosen);
        }}
      >
        {say.videos.retry}
      </Button>
      {/* What was not charged is not to look as if it had been: the price of its own model was shown before. */}
      {chosen !== "" && (
        <span className={styles.price}>
          {say.create.price(formatPrice(priceWith(chosen, video, models)))}
        </span>
      )}
    </>
  );
}

/** Whether a model is worth to be offered; the API looks at everything. */
function makes({ sizes, references }: ModelView, { size, has_reference }: TrackedVideoView): boolean {
  return (sizes === null || sizes.includes(size)) && (!has_reference || references.length > 0);
}

function priceWith(
  chosen: string,
  { model, size, seconds }: TrackedVideoView,
  models: readonly ModelView[],
): number | null {
  const draft = { ...EMPTY, model: chosen || model, size, seconds: String(seconds) };
  return priceOf({ ...START, videos: [draft] }, models);
}
