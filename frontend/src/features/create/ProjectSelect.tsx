import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { sentenceOf } from "../../components/Notice";
import { useProjects } from "../videos/useProjects";
import styles from "./VideoFields.module.css";

interface ProjectSelectProps {
  readonly value: string;
  /** What the API found wrong with it. */
  readonly fault: string | undefined;
  readonly onChange: (projectId: string) => void;
}

/** Choose a project, or make one. */
export function ProjectSelect({ value, fault, onChange }: ProjectSelectProps) {
  const api = useApi();
  const queries = useQueryClient();
  const id = useId();
  const [name, setName] = useState("");
  const projects = useProjects();
  const create = useMutation({
    mutationFn: () => api.createProject(name.trim()),
    onSuccess: async (project) => {
      await queries.invalidateQueries({ queryKey: keys.projects });
      setName("");
      onChange(project.project_id);
    },
  });
  // An address or a template may name one that is gone.
  const isUnknown =
    value !== "" &&
    projects.data !== undefined &&
    !projects.data.projects.some(({ project_id }) => project_id === value);
  const wrong = isUnknown ? say.create.noSuchProject : fault;
  return (
    <div className={styles.fields}>
      <div>
        <label htmlFor={id}>{say.create.project}</label>
        <select
          id={id}
          value={value}
          aria-invalid={wrong !== undefined}
          aria-describedby={`${id}-wrong`}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        >
          <option value="">{say.create.noProject}</option>
          {isUnknown && <option value={value}>{say.create.unknownProject}</option>}
          {projects.data?.projects.map((project) => (
            <option key={project.project_id} value={project.project_id}>
              {project.name}
            </option>
          ))}
        </select>
        <FieldError id={`${id}-wrong`}>{wrong}</FieldError>
      </div>
      <div>
        <label htmlFor={`${id}-new`}>{say.create.newProject}</label>
        <div className={styles.together}>
          <input
            id={`${id}-new`}
            type="text"
            maxLength={200}
            value={name}
            aria-describedby={`${id}-error`}
            onChange={(event) => {
              setName(event.target.value);
            }}
          />
          <Button
            disabled={!name.trim()}
            busy={create.isPending}
            onClick={() => {
              create.mutate();
            }}
          >
            {say.create.addProject}
          </Button>
        </div>
        <FieldError id={`${id}-error`}>{create.error ? sentenceOf(create.error) : undefined}</FieldError>
      </div>
    </div>
  );
}
