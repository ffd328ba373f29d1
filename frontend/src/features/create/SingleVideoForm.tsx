import { say } from "../../strings";
import { CreationForm, type FormProps } from "./CreationForm";
import { OneVideo } from "./OneVideo";

/** One video with all its settings. */
export function SingleVideoForm(props: FormProps) {
  return (
    <CreationForm {...props} submitLabel={say.create.single}>
      <OneVideo {...props} />
    </CreationForm>
  );
}
