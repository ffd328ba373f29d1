"""Origins of web pages that may call the API from a browser."""

from urllib.parse import urlsplit


def parse_origin(text: str) -> str:
    """Return an origin as browsers send it.

    >>> parse_origin("HTTP://localhost:3000/")
    'http://localhost:3000'

    Raises:
        ValueError: If it is none, or one that names every page.
    """
    refusal = ValueError(
        f"{text!r} is no origin: give scheme, host and port, such as http://localhost:3000, "
        "and each origin by itself"
    )
    try:
        parts = urlsplit(text.strip().rstrip("/"))
        port = parts.port
    except ValueError as error:
        raise refusal from error
    more = (parts.path, parts.query, parts.fragment, parts.username)
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(more) or port == 0:
        raise refusal
    if "*" in parts.netloc:
        raise refusal
    return f"{parts.scheme}://{parts.netloc.lower()}"
