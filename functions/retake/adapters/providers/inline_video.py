"""A video inside a JSON answer, as text in base64: found and written as it comes, never held in memory."""

import binascii
import re
from collections.abc import Callable

FIELD = re.compile(rb'"bytesBase64Encoded"\s*:\s*"(?!")')
"""Where it begins. Inside another text of the answer the quotes would have backslashes before them."""

_LONGEST_FIELD = 64
_ESCAPE = re.compile(rb"\\(?:/|u00(?:2[bBfF]|3[dD]))")
_ESCAPED = len(rb"\u003d")
_GROUP = 4


def begins(content: bytes) -> bool:
    r"""Whether the beginning of an answer holds that of a video.

    >>> begins(b'{"done": true, "response": {"videos": [{"bytesBase64Encoded": "AAAA')
    True
    >>> begins(b'{"error": {"message": "no \\"bytesBase64Encoded\\": \\"AAAA"}}')
    False
    """
    return FIELD.search(content) is not None


class InlineVideo:
    """Takes an answer in pieces, and hands the first video in it on.

    Args:
        write: Is given its bytes.

    Attributes:
        is_whole: Whether all of it came.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self.is_whole = False
        self._write = write
        self._is_inside = False
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        """Take the next piece. Raises ``ValueError`` if what should be base64 is none."""
        if self.is_whole:
            return
        text, self._rest = self._rest + chunk, b""
        if not self._is_inside:
            found = FIELD.search(text)
            if found is None:
                self._rest = text[-_LONGEST_FIELD:]
                return
            self._is_inside, text = True, text[found.end() :]
        text, end, _ = text.partition(b'"')
        self.is_whole = bool(end)
        self._decode(text)

    def _decode(self, text: bytes) -> None:
        """Write what can be decoded of it, and keep the rest: an escape or a group that is cut."""
        cut = len(text)
        if not self.is_whole:
            escape = text.rfind(b"\\", max(0, cut - _ESCAPED + 1))
            cut = cut if escape < 0 else escape
        plain = _ESCAPE.sub(_unescape, text[:cut])
        whole = len(plain) if self.is_whole else len(plain) // _GROUP * _GROUP
        self._rest = plain[whole:] + text[cut:]
        self._write(binascii.a2b_base64(plain[:whole], strict_mode=True) if whole else b"")


def _unescape(escape: re.Match[bytes]) -> bytes:
    return escape[0][1:] if len(escape[0]) < _ESCAPED else bytes([int(escape[0][-2:], 16)])
