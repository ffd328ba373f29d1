import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { BatchView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { formatPrice } from "../../format";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/Notice";
import styles from "./HeldBatch.module.css";
import { useBatchActions } from "./useBatchActions";

/** Why a batch is held, and how it goes on: as it is, or with another model, priced before. */
export function HeldBatch({ batch, reason }: { readonly batch: BatchView; readonly reason: string }) {
  const id = useId();
  const api = useApi();
  const { resume, changeModel } = useBatchActions(batch);
  const [model, setModel] = useState("");
  const models = useQuery({
    queryKey: keys.models,
    queryFn: ({ signal }) => api.listModels({ signal }),
    staleTime: Infinity,
  });
  const price = useQuery({
    queryKey: keys.modelChange(batch.job_id, batch.batch_id, model),
    queryFn: ({ signal }) => api.queue.estimateModelChange(batch.job_id, batch.batch_id, model, { signal }),
    enabled: model !== "",
  });
  const error = price.error ?? resume.error ?? changeModel.error;
  return (
    <div className={styles.held}>
      <p>{reason}</p>
      <div className={styles.choice}>
        <label htmlFor={`${id}-model`}>{say.batch.heldModel}</label>
        <select
          id={`${id}-model`}
          value={model}
          onChange={(event) => {
            setModel(event.target.value);
          }}
        >
          <option value="">{say.batch.heldSame}</option>
          {models.data?.models.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
        {model === "" ? (
          <Button
            look="primary"
            busy={resume.isPending}
            onClick={() => {
              resume.mutate();
            }}
          >
            {say.batch.resume}
          </Button>
        ) : (
          <Button
            look="primary"
            busy={changeModel.isPending || price.isFetching}
            disabled={price.data === undefined}
            onClick={() => {
              changeModel.mutate(model);
            }}
          >
            {say.batch.heldContinue(price.data && formatPrice(price.data.estimated_total_cost))}
          </Button>
        )}
      </div>
      {price.data?.warnings.map((warning) => (
        <p key={warning}>{warning}</p>
      ))}
      {error && <ErrorNotice error={error} />}
    </div>
  );
}
