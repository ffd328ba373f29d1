"""Who is an admin: the group's whole name, as the gateway hands the claim on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.api.http.requests import groups_in
from tests.http_api import Api

NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=20)
"""As Cognito takes them: letters, marks, numbers, symbols and punctuation, no spaces."""


@pytest.mark.parametrize("claim", ["[admin]", "[editors admin]", "[admin editors]"])
def test_an_admin(api: Api, claim: str) -> None:
    assert api.get("/admin/storage", groups=claim).status == 200


@pytest.mark.parametrize(
    "claim",
    [
        *(None, "", "[]", "admin", "[admin", "admin]", "[admins]", "[xadmin]", "[Admin]", "[ADMIN]"),
        *("[[admin]]", "[admin]]", "[a,admin]", "[admin,a]", "[admin\u00a0x]", "[\tadmin]", "[admin\n]"),
        *('["admin"]', "[not-admin]", "[admin;x]", "{admin}", "[аdmin]"),  # noqa: RUF001 - the last is Cyrillic
    ],
)
def test_no_admin(api: Api, claim: str | None) -> None:
    answer = api.get("/admin/storage", groups=claim)
    assert (answer.status, answer.json["type"]) == (403, "urn:retake:problem:forbidden")


@given(st.lists(NAMES, max_size=5))
def test_groups_are_read_as_they_were_written(names: list[str]) -> None:
    assert groups_in(f"[{' '.join(names)}]") == set(names)
