import { type ReactNode, useId } from "react";
import type { ApiProblem } from "../../api/problem";
import type { ModelView } from "../../api/schema";
import { say } from "../../strings";
import { FieldError } from "../../components/FieldError";
import { modelOf, secondsOf, type VideoDraft } from "./creation";
import { ReferenceField } from "./ReferenceField";
import styles from "./VideoFields.module.css";

const USUAL_SIZES = ["1280x720", "720x1280", "1024x1024", "1920x1080"];

/** The API's limits. */
const MOST_PROMPT_CHARS = 2000;
const MOST_TITLE_CHARS = 200;
const NEARLY_FULL = 0.8;

export interface VideoFieldsProps {
  readonly draft: VideoDraft;
  readonly models: readonly ModelView[];
  readonly onWrite: (more: Partial<VideoDraft>) => void;
  readonly problem: ApiProblem | null;
  /** How the API names this video's fields, such as `videos[1].`. */
  readonly prefix?: string;
  /** Whether an empty prompt has been sent. */
  readonly missing: boolean;
  /** What it is made from besides words; in place of one file. */
  readonly children?: ReactNode;
}

/** Everything one video is made of: words, model, size, length, and something to go by. */
export function VideoFields(props: VideoFieldsProps) {
  const { draft, models, onWrite, problem, prefix = "", missing, children } = props;
  const id = useId();
  const model = modelOf(models, draft.model);
  const fault = (field: string) => problem?.faultOf(prefix + field);
  const promptFault = fault("prompt") ?? (missing && !draft.prompt.trim() ? say.create.noPrompt : undefined);
  const secondsFault = fault("seconds") ?? wrongLength(draft, model);
  const described = (field: string, wrong: string | undefined) => ({
    id: `${id}-${field}`,
    "aria-invalid": wrong !== undefined,
    "aria-describedby": `${id}-${field}-error`,
  });
  const text = (field: Exclude<keyof VideoDraft, "reference">) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => {
      onWrite({ [field]: event.target.value });
    },
  });
  return (
    <div className={styles.fields}>
      <div className={styles.wide}>
        <label htmlFor={`${id}-prompt`}>{say.create.prompt}</label>
        <textarea
          {...described("prompt", promptFault)}
          {...text("prompt")}
          dir="auto"
          placeholder={say.create.promptExample}
        />
        <Room used={draft.prompt.length} most={MOST_PROMPT_CHARS} />
        <FieldError id={`${id}-prompt-error`}>{promptFault}</FieldError>
      </div>
      <div className={styles.wide}>
        <label htmlFor={`${id}-title`}>{say.create.name}</label>
        <input
          type="text"
          dir="auto"
          maxLength={MOST_TITLE_CHARS}
          {...described("title", fault("title"))}
          {...text("title")}
          placeholder={say.create.nameHint}
        />
        <Room used={draft.title.length} most={MOST_TITLE_CHARS} />
        <FieldError id={`${id}-title-error`}>{fault("title")}</FieldError>
      </div>
      <div className={styles.model}>
        <label htmlFor={`${id}-model`}>{say.create.model}</label>
        <select
          {...described("model", fault("model"))}
          {...text("model")}
          value={draft.model || (model?.name ?? "")}
        >
          {models.map((one) => (
            <option key={one.name} value={one.name}>
              {one.title}
            </option>
          ))}
        </select>
        <FieldError id={`${id}-model-error`}>{fault("model") ?? model?.warning ?? undefined}</FieldError>
      </div>
      <div>
        <label htmlFor={`${id}-size`}>{say.create.size}</label>
        <select {...described("size", fault("size"))} {...text("size")}>
          {(model?.sizes ?? USUAL_SIZES).map((size, place) => (
            <option key={size} value={place === 0 ? "" : size}>
              {size.replace("x", " × ")}
            </option>
          ))}
        </select>
        <FieldError id={`${id}-size-error`}>{fault("size")}</FieldError>
      </div>
      <div>
        <label htmlFor={`${id}-seconds`}>{say.create.seconds}</label>
        <Seconds
          model={model}
          field={{ ...described("seconds", secondsFault), ...text("seconds") }}
          value={secondsOf(draft, model)}
        />
        <FieldError id={`${id}-seconds-error`}>{secondsFault}</FieldError>
      </div>
      {children ??
        (model && (model.references.length > 0 || draft.reference) && (
          <ReferenceField
            file={draft.reference}
            model={model}
            fault={fault("reference_upload_id")}
            onChange={(reference) => {
              onWrite({ reference });
            }}
          />
        ))}
    </div>
  );
}

/** How much of the room for a text is used, once little is left. */
function Room({ used, most }: { readonly used: number; readonly most: number }) {
  if (used < most * NEARLY_FULL) return null;
  return <p className={styles.why}>{say.create.room(used, most)}</p>;
}

/** What is wrong with a length that the model does not make. */
function wrongLength(draft: VideoDraft, model: ModelView | undefined): string | undefined {
  const seconds = Number(draft.seconds);
  if (!model || model.seconds || draft.seconds === "") return undefined;
  const { shortest_seconds: shortest, longest_seconds: longest } = model;
  return seconds >= shortest && seconds <= longest ? undefined : say.create.length(shortest, longest);
}

interface SecondsProps {
  readonly model: ModelView | undefined;
  readonly field: object;
  readonly value: string;
}

/** A choice where the model makes some lengths only, a number where it makes any. */
function Seconds({ model, field, value }: SecondsProps) {
  if (model?.seconds) {
    return (
      <select {...field} value={value}>
        {model.seconds.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    );
  }
  return (
    <input
      type="number"
      inputMode="decimal"
      min={model?.shortest_seconds}
      max={model?.longest_seconds}
      step="any"
      {...field}
      value={value}
    />
  );
}
