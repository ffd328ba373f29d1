import { useId } from "react";
import type { JobEstimateView, ProfileRequest } from "../../api/schema";
import type { ApiProblem } from "../../api/problem";
import { say } from "../../strings";
import { FieldError } from "../../components/FieldError";
import styles from "./FormatField.module.css";

const SIZES = ["3840x2160", "1920x1080", "1280x720", "1080x1920", "720x1280", "1080x1080"];
const RATES = [23.976, 24, 25, 29.97, 30, 50, 59.94, 60];

interface FormatFieldProps {
  readonly profile: ProfileRequest;
  readonly onChange: (profile: ProfileRequest) => void;
  readonly problem: ApiProblem | null;
}

/** The choice of a video's size and frame rate: those of the first clip, or others. */
export function FormatField({ profile, onChange, problem }: FormatFieldProps) {
  const id = useId();
  const size = profile.width && profile.height ? `${profile.width}x${profile.height}` : "";
  const fault = problem?.faults.find(({ field }) => field.startsWith("profile"));
  return (
    <fieldset className={styles.format} aria-label={say.newJob.format} aria-describedby={`${id}-error`}>
      <label>
        {say.newJob.size}
        <select
          value={size}
          onChange={(event) => {
            const [width, height] = event.target.value ? event.target.value.split("x").map(Number) : [];
            onChange({ ...profile, width: width ?? null, height: height ?? null });
          }}
        >
          <option value="">{say.newJob.asFirst}</option>
          {SIZES.map((one) => (
            <option key={one} value={one}>
              {one.replace("x", " × ")}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say.newJob.rate}
        <select
          value={String(profile.fps ?? "")}
          onChange={(event) => {
            onChange({ ...profile, fps: event.target.value ? Number(event.target.value) : null });
          }}
        >
          <option value="">{say.newJob.asFirst}</option>
          {RATES.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <FieldError id={`${id}-error`}>{fault?.detail}</FieldError>
    </fieldset>
  );
}

/** What size and frame rate are going to be, and what the first clip loses by them. */
export function FormatNote({ estimate }: { readonly estimate: JobEstimateView | undefined }) {
  return (
    <p className={styles.note} aria-live="polite">
      {estimate && say.newJob.willBe(estimate.profile)}
      {estimate &&
        [...estimate.warnings, ...estimate.notices.map(say.newJob.loses)].map((warning) => (
          <span key={warning} className={styles.warning}>
            {warning}
          </span>
        ))}
    </p>
  );
}
