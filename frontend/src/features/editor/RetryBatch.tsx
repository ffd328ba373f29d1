import { useId, useState } from "react";
import type { BatchView, ModelView } from "../../api/schema";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/Notice";
import styles from "./RetryBatch.module.css";
import { useBatchActions } from "./useBatchActions";

interface RetryBatchProps {
  readonly batch: BatchView;
  readonly models: readonly ModelView[];
  /** A name in the catalogue; empty for the model that was to make each take. */
  readonly model: string;
  readonly onModel: (model: string) => void;
  /** Whether all that failed can be tried again at once. */
  readonly canRetry: boolean;
}

/** The model with which takes are tried again, and all of them by one press. */
export function RetryBatch({ batch, models, model, onModel, canRetry }: RetryBatchProps) {
  const id = useId();
  const { retry } = useBatchActions(batch);
  const [isRetried, setRetried] = useState(false);
  return (
    <>
      <div className={styles.retry}>
        <label htmlFor={id}>{say.selector.model}</label>
        <select
          id={id}
          value={model}
          onChange={(event) => {
            onModel(event.target.value);
          }}
        >
          <option value="">{say.batch.heldSame}</option>
          {models.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
        {canRetry && !isRetried && (
          <Button
            size="small"
            busy={retry.isPending}
            title={say.batch.retryWhy}
            onClick={() => {
              retry.mutate(model, {
                onSuccess: () => {
                  setRetried(true);
                },
              });
            }}
          >
            {say.batch.retry}
          </Button>
        )}
      </div>
      {retry.error && <ErrorNotice error={retry.error} />}
    </>
  );
}
