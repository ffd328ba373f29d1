import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ApiProblem } from "../../api/problem";
import type { TemplateView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { ErrorNotice } from "../../components/Notice";
import styles from "./TemplatePicker.module.css";

interface TemplateFillProps {
  readonly template: TemplateView;
  readonly onFilled: (words: Readonly<Record<string, unknown>>) => void;
}

/** Say what stands for each placeholder of a template: `a red {animal} in snow`. */
export function TemplateFill({ template, onFilled }: TemplateFillProps) {
  const id = useId();
  const api = useApi();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const fill = useMutation({
    mutationFn: () => api.templates.fill(template.template_id, values),
    onSuccess: ({ request }) => {
      onFilled(request);
    },
  });
  const faultOf = (name: string) =>
    fill.error instanceof ApiProblem ? fill.error.faultOf(`values.${name}`) : undefined;
  const isShownAtField = template.placeholders.some((name) => faultOf(name) !== undefined);
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        fill.mutate();
      }}
    >
      <p>{say.templates.fillWhy(template.name)}</p>
      <div className={styles.fields}>
        {template.placeholders.map((name) => (
          <div key={name}>
            <label htmlFor={`${id}-${name}`}>{name}</label>
            <input
              id={`${id}-${name}`}
              type="text"
              value={values[name] ?? ""}
              aria-invalid={faultOf(name) !== undefined}
              aria-describedby={`${id}-${name}-error`}
              onChange={(event) => {
                setValues({ ...values, [name]: event.target.value });
              }}
            />
            <FieldError id={`${id}-${name}-error`}>{faultOf(name)}</FieldError>
          </div>
        ))}
      </div>
      {fill.error && !isShownAtField && <ErrorNotice error={fill.error} />}
      <div className={styles.actions}>
        <Button type="submit" size="small" busy={fill.isPending}>
          {say.templates.fill}
        </Button>
      </div>
    </form>
  );
}
