import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ApiProblem } from "../../api/problem";
import type { TemplateView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { ErrorNotice } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { type BatchCreationState, templateOf } from "./creation";
import styles from "./TemplatePicker.module.css";

interface SaveTemplateProps {
  readonly state: BatchCreationState;
  readonly onSaved: (template: TemplateView) => void;
  readonly onCancel: () => void;
}

/** Keep what is written as a template, under a name. */
export function SaveTemplate({ state, onSaved, onCancel }: SaveTemplateProps) {
  const id = useId();
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const save = useMutation({
    mutationFn: () => api.templates.save(templateOf(state, name)),
    onSuccess: async (template) => {
      await queries.invalidateQueries({ queryKey: keys.templates });
      toast(say.templates.saved(template.name));
      onSaved(template);
    },
  });
  const fault = save.error instanceof ApiProblem ? save.error.faultOf("name") : undefined;
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <div>
        <label htmlFor={id}>{say.templates.name}</label>
        <input
          id={id}
          type="text"
          value={name}
          autoFocus
          aria-invalid={fault !== undefined}
          aria-describedby={`${id}-error`}
          onChange={(event) => {
            setName(event.target.value);
          }}
        />
        <FieldError id={`${id}-error`}>{fault}</FieldError>
      </div>
      {save.error && fault === undefined && <ErrorNotice error={save.error} />}
      <div className={styles.actions}>
        <Button type="submit" size="small" look="primary" busy={save.isPending}>
          {say.templates.keep}
        </Button>
        <Button size="small" look="quiet" onClick={onCancel}>
          {say.app.cancel}
        </Button>
      </div>
    </form>
  );
}
