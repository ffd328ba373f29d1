import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { PageHeader } from "../../components/PageHeader";
import { say } from "../../strings";
import { ErrorNotice, Skeleton } from "../../components/Notice";
import { BatchForm } from "./BatchForm";
import { BatchVideoProgress } from "./BatchVideoProgress";
import styles from "./CreateVideoPage.module.css";
import { CreationModeTabs, PANEL_ID } from "./CreationModeTabs";
import { SingleVideoForm } from "./SingleVideoForm";
import { TemplatePicker } from "./TemplatePicker";
import { useCreation, useCreationState } from "./useCreation";
import { VariationsForm } from "./VariationsForm";

const FORMS = { single: SingleVideoForm, variations: VariationsForm, batch: BatchForm };

/** Make videos from words: one, variations of one, or a batch of different ones. */
export default function CreateVideoPage() {
  const api = useApi();
  const models = useQuery({
    queryKey: keys.models,
    queryFn: ({ signal }) => api.listModels({ signal }),
    staleTime: Infinity,
  });
  const [state, dispatch, given] = useCreationState();
  const offered = models.data?.models ?? [];
  const creation = useCreation(state, dispatch, offered);
  const Form = FORMS[state.mode];
  return (
    <div className={styles.page}>
      <PageHeader title={say.create.title} lead={say.create.lead} />
      <div className={styles.panel}>
        <TemplatePicker state={state} dispatch={dispatch} given={given} />
        <CreationModeTabs
          mode={state.mode}
          onChange={(mode) => {
            dispatch({ type: "mode", mode });
          }}
        />
        <div
          id={PANEL_ID}
          role="tabpanel"
          className={models.isPending ? styles.waiting : undefined}
          aria-labelledby={`tab-${state.mode}`}
        >
          {models.isPending && <Skeleton lines={4} />}
          {models.isLoadingError && (
            <ErrorNotice error={models.error} onRetry={() => void models.refetch()} />
          )}
          {models.data && <Form state={state} dispatch={dispatch} models={offered} {...creation} />}
        </div>
      </div>
      <BatchVideoProgress />
    </div>
  );
}
