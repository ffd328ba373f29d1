import { type Dispatch, useEffect, useEffectEvent, useId, useState } from "react";
import type { TemplateView } from "../../api/schema";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { sentenceOf } from "../../components/Notice";
import { type BatchCreationState, type CreationAction, queryOf } from "./creation";
import { SaveTemplate } from "./SaveTemplate";
import { TemplateFill } from "./TemplateFill";
import styles from "./TemplatePicker.module.css";
import { useTemplateRemoval, useTemplates } from "./useTemplates";

interface TemplatePickerProps {
  readonly state: BatchCreationState;
  readonly dispatch: Dispatch<CreationAction>;
  /** What the address gave: a template perhaps, and fields that win over it. */
  readonly given: URLSearchParams;
}

/** Start from a template, keep what is written as one, or delete one. */
export function TemplatePicker({ state, dispatch, given }: TemplatePickerProps) {
  const id = useId();
  const templates = useTemplates();
  const remove = useTemplateRemoval();
  const [chosenId, setChosenId] = useState(given.get("template") ?? "");
  const [saving, setSaving] = useState(false);
  const found = templates.data ?? [];
  const chosen = found.find(({ template_id }) => template_id === chosenId);

  const prefill = (words: Readonly<Record<string, unknown>>, more?: URLSearchParams) => {
    const query = queryOf(words);
    more?.forEach((value, field) => {
      query.set(field, value);
    });
    dispatch({ type: "prefilled", query });
  };
  const choose = (template: TemplateView | undefined, more?: URLSearchParams) => {
    setChosenId(template?.template_id ?? "");
    if (template?.placeholders.length === 0) prefill({ ...template }, more);
  };
  useGiven(given.get("template"), templates.data, (template) => {
    choose(template, given);
  });

  const isUnknown = templates.isSuccess && chosenId !== "" && !chosen;
  const wrong = templates.error
    ? sentenceOf(templates.error)
    : isUnknown
      ? say.templates.unknown
      : chosen && tellOf(chosen);
  return (
    <div className={styles.picker}>
      <div className={styles.row}>
        <div className={styles.choice}>
          <label htmlFor={id}>{say.templates.template}</label>
          <select
            id={id}
            value={chosen ? chosenId : ""}
            aria-describedby={`${id}-error`}
            onChange={(event) => {
              choose(found.find(({ template_id }) => template_id === event.target.value));
            }}
          >
            <option value="">{say.templates.none}</option>
            {found.map(({ template_id, name }) => (
              <option key={template_id} value={template_id}>
                {name}
              </option>
            ))}
          </select>
        </div>
        {chosen && (
          <Button
            look="quiet"
            aria-label={say.templates.delete(chosen.name)}
            onClick={() => {
              setChosenId("");
              remove(chosen);
            }}
          >
            ×
          </Button>
        )}
        <Button
          aria-expanded={saving}
          onClick={() => {
            setSaving(!saving);
          }}
        >
          {say.templates.save}
        </Button>
      </div>
      <FieldError id={`${id}-error`}>{wrong}</FieldError>
      {chosen && chosen.placeholders.length > 0 && (
        <TemplateFill
          key={chosen.template_id}
          template={chosen}
          onFilled={(words) => {
            prefill(words, chosenId === given.get("template") ? given : undefined);
          }}
        />
      )}
      {saving && (
        <SaveTemplate
          state={state}
          onSaved={(template) => {
            setSaving(false);
            setChosenId(template.placeholders.length === 0 ? template.template_id : "");
          }}
          onCancel={() => {
            setSaving(false);
          }}
        />
      )}
    </div>
  );
}

/** What to know before a template is used, such as that its model is no more. */
function tellOf({ faults, warnings }: TemplateView): string | undefined {
  return [...faults.map(({ detail }) => detail), ...warnings].join(" ") || undefined;
}

/** Use the template that the address names, once, as soon as it is known. */
function useGiven(
  id: string | null,
  templates: readonly TemplateView[] | undefined,
  onFound: (template: TemplateView) => void,
): void {
  const template = templates?.find(({ template_id }) => template_id === id);
  const known = template !== undefined;
  const take = useEffectEvent(() => {
    if (template) onFound(template);
  });
  useEffect(() => {
    if (known) take();
  }, [known]);
}
