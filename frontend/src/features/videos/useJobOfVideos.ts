import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useLocation } from "wouter";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
import type { Choice } from "./choice";

const MOST_TITLE_CHARS = 200;

/** Makes a job of videos, in their order, and goes to it. */
export function useJobOfVideos() {
  const api = useApi();
  const queries = useQueryClient();
  const [, go] = useLocation();
  // The same videos in the same order are the same request, also when its answer was lost.
  const attempt = useRef({ request: "", key: "" });
  return useMutation({
    mutationFn: (videos: Choice) => {
      const ids = videos.map(({ video_id }) => video_id);
      const request = ids.join();
      if (attempt.current.request !== request) attempt.current = { request, key: crypto.randomUUID() };
      const title = say.videos.jobTitle(videos.map((video) => video.title)).slice(0, MOST_TITLE_CHARS);
      return api.createJob({ title, clips: ids.map((video_id) => ({ video_id })) }, attempt.current.key);
    },
    onSuccess: (job) => {
      queries.setQueryData(keys.job(job.job_id), job);
      void queries.invalidateQueries({ queryKey: keys.jobs });
      go(`/jobs/${job.job_id}`);
    },
    onError: (error) => {
      attempt.current = { request: "", key: "" };
      toast(sentenceOf(error), { tone: "bad" });
    },
  });
}
