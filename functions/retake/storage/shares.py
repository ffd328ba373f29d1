"""Share links and comments, as they are read; the commits of their job write them."""

from collections.abc import Sequence

from retake.domain.records.shares import Comment, Share, ShareToken
from retake.ports.table import Page, Query, Table
from retake.storage.items import find
from retake.storage.layout import COMMENTS, SHARES, comment_place, job_key, token_key
from retake.storage.paging import read_page, read_records


class ShareRepository:
    """Share links of a job, by id or by a token's hash, and their comments. Reads are consistent."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find_token(self, token_hash: str) -> ShareToken | None:
        """Return what a token leads to, by its hash."""
        return find(self._table, ShareToken, token_key(token_hash))

    def find_share(self, job_id: str, share_id: str) -> Share | None:
        """Return a link of the job, or None."""
        return find(self._table, Share, (job_key(job_id), f"{SHARES}{share_id}"))

    def list_shares(self, job_id: str) -> Sequence[Share]:
        """Return all links of a job, newest first: one query, since their number has a bound."""
        found = read_records(self._table, Share, Query(job_key(job_id), prefix=SHARES))
        return sorted(found, key=lambda share: (share.created_at, share.share_id), reverse=True)

    def find_comment(self, job_id: str, share_id: str, comment_id: str) -> Comment | None:
        """Return a comment, or None."""
        return find(self._table, Comment, (job_key(job_id), comment_place(share_id, comment_id)))

    def list_comments(self, job_id: str, share_id: str) -> Sequence[Comment]:
        """Return all comments of a link, by their time: one query, since their number has a bound."""
        query = Query(job_key(job_id), prefix=f"{COMMENTS}{share_id}#")
        found = read_records(self._table, Comment, query)
        return sorted(found, key=lambda comment: (comment.frame, comment.created_at))

    def list_job_comments(self, job_id: str, *, limit: int, cursor: str | None) -> Page[Comment]:
        """Return a page of the comments of all links of a job, link by link.

        Raises:
            InvalidRequestError: For a cursor that this list did not give.
        """
        query = Query(job_key(job_id), prefix=COMMENTS)
        return read_page(self._table, Comment, query, limit=limit, cursor=cursor)
