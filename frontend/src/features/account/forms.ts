import { SignInError } from "../../auth/cognito";
import { sentenceOf } from "../../components/Notice";
import { texts } from "./texts";

/** Read what was typed into a field of a form. */
export function textOf(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === "string" ? value : "";
}

/** Return what to say of a refusal: the sentence for its kind, or the user pool's own. */
export function explain(reason: unknown, sentences: Record<string, string>): string {
  if (reason instanceof SignInError) {
    if (reason.kind === "LimitExceededException") return texts.tooOften;
    return sentences[reason.kind] ?? reason.message;
  }
  return reason instanceof Error ? sentenceOf(reason) : String(reason);
}
