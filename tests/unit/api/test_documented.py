"""The check that every answer of a test passes can fail."""

import pytest

from tests.documented import document, require_documented

QUEUE = "/api/v1/queue"
PROBLEM = '{"type": "urn:retake:problem:not-found", "title": "", "status": 404, "detail": "", "instance": ""}'


@pytest.mark.parametrize(
    ("status", "headers", "text", "why"),
    [
        (418, {"content-type": "application/json"}, "{}", "answers 418, which is not documented"),
        (200, {"content-type": "text/html"}, "", "as 'text/html'"),
        (200, {"content-type": "application/json", "ETag": '"1"'}, "{}", "undocumented {'etag'}"),
        (200, {"content-type": "application/json"}, '{"entries": 1, "cursor": null}', "not as documented"),
        (422, {"content-type": "application/problem+json"}, PROBLEM, "not as documented"),
    ],
)
def test_an_answer_that_the_document_does_not_have(
    status: int, headers: dict[str, str], text: str, why: str
) -> None:
    with pytest.raises(AssertionError, match=why):
        require_documented("GET", QUEUE, status=status, headers=headers, text=text)


def test_an_answer_that_it_has() -> None:
    body = '{"entries": [], "cursor": null}'
    require_documented(
        "GET", QUEUE, status=200, headers={"Content-Type": "application/json; charset=utf-8"}, text=body
    )


def test_every_operation_says_what_the_gateway_and_we_answer() -> None:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            answers = operation["responses"]
            is_public = operation.get("security") == []
            assert ("401" in answers) == (not is_public), f"{method} {path}"
            assert {"429", "500", "503"} <= set(answers), f"{method} {path}"
            assert any(status.startswith("2") for status in answers), f"{method} {path}"
            assert ("404" in answers) >= ("{" in path), f"{method} {path}"
            assert ("requestBody" in operation) <= ({"400", "413", "415", "422"} <= set(answers))
