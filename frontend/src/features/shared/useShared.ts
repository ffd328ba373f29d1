import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type PublicShare } from "../../api/PublicShare";
import { ApiProblem } from "../../api/problem";
import { keys } from "../../api/queries";
import type { CommentList, CommentRequestModel } from "../../api/schema";

/** The URLs in an answer work for a quarter of an hour at least. */
const FRESH_MS = 10 * 60_000;
/** While a newer video is on its way. */
const COMPOSING_MS = 5000;
const COMMENTS_MS = 20_000;

/** Read what a link shows, and again before its URLs end. */
export function useShared(share: PublicShare, token: string) {
  return useQuery({
    queryKey: keys.shared(token),
    queryFn: ({ signal }) => share.read({ signal }),
    refetchInterval: ({ state: { data, error } }) => {
      if (error instanceof ApiProblem && error.status < 500) return false; // the link has ended
      const isWaiting = data?.kind === "video" && !(data.video?.up_to_date ?? false);
      return isWaiting ? COMPOSING_MS : FRESH_MS;
    },
  });
}

/** Read what viewers said; others may be looking at the same time. */
export function useSharedComments(share: PublicShare, token: string, isOpen: boolean) {
  return useQuery({
    queryKey: keys.sharedComments(token),
    queryFn: ({ signal }) => share.comments({ signal }),
    enabled: isOpen,
    refetchInterval: ({ state: { error } }) => (error instanceof ApiProblem ? false : COMMENTS_MS),
  });
}

/** Send a comment, and show it at once where it was sent. */
export function useComment(share: PublicShare, token: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: CommentRequestModel & { readonly key: string }) =>
      share.comment(body, key),
    onSuccess: (comment) => {
      queries.setQueryData<CommentList>(keys.sharedComments(token), (old) => ({
        comments: [
          ...(old?.comments ?? []).filter(({ comment_id }) => comment_id !== comment.comment_id),
          comment,
        ],
      }));
    },
  });
}
