"""What cannot be seen is no instruction, no prompt, no title and no name."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.reasons import is_blank
from tests.builders import JOB, store_ready_job
from tests.fakes.world import World
from tests.http_api import Api

UNSEEN = [
    "\u200b",
    "\u200b \ufeff",
    "\u2060\u00ad",
    "\u0301",
    "\u3164",
    "\u2800",
    "\U000e0041",
    "\u200f\u202e",
    "\x07",
]
SEEN = "a fox"

BODIES: list[tuple[str, str, Any]] = [
    ("/jobs/{JOB}/clips/batch-regenerate", "instruction", {"clips": [{"clip_index": 0}], "instruction": ...}),
    (
        "/jobs/{JOB}/clips/batch-regenerate/estimate",
        "clips[0].instruction",
        {"clips": [{"clip_index": 0, "instruction": ...}]},
    ),
    ("/jobs", "clips[0].prompt", {"clips": [{"prompt": ...}]}),
    ("/jobs/estimate", "clips[0].prompt", {"clips": [{"prompt": ...}]}),
    ("/jobs", "clips[0].title", {"clips": [{"prompt": SEEN, "title": ...}]}),
    ("/jobs", "title", {"title": ..., "clips": [{"prompt": SEEN}]}),
    ("/videos", "prompt", {"prompt": ...}),
    ("/videos", "title", {"prompt": SEEN, "title": ...}),
    ("/videos/variations", "prompt", {"prompt": ..., "variations": 2}),
    ("/videos/batch", "videos[0].prompt", {"videos": [{"prompt": ...}]}),
    ("/templates", "prompt", {"name": SEEN, "prompt": ...}),
    ("/templates", "name", {"name": ..., "prompt": SEEN}),
    ("/projects", "name", {"name": ...}),
    ("/uploads", "file_name", {"file_name": ..., "content_type": "video/mp4"}),
]


def filled(body: Any, text: str) -> Any:
    """Return a body with a text where it has an ellipsis."""
    if isinstance(body, dict):
        return {name: filled(inner, text) for name, inner in body.items()}
    if isinstance(body, list):
        return [filled(inner, text) for inner in body]
    return text if body is ... else body


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
@pytest.mark.parametrize(("route", "field", "body"), BODIES)
def test_text_that_cannot_be_seen_is_refused_by_field(
    api: Api, world: World, *, route: str, field: str, body: Any, text: str
) -> None:
    store_ready_job(world.jobs, world.objects)
    before = len(world.jobs.all_jobs())
    answer = api.post(route.format(JOB=JOB), filled(body, text))
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert len(world.jobs.all_jobs()) == before


@pytest.mark.parametrize("text", ["a", "\u200ba", "e\u0301", "\U0001f98a", "שלום", "\u202eabc", "."])
@pytest.mark.parametrize(("route", "field", "body"), BODIES)
def test_text_that_can_be_seen_is_taken(
    api: Api, world: World, *, route: str, field: str, body: Any, text: str
) -> None:
    store_ready_job(world.jobs, world.objects)
    answer = api.post(route.format(JOB=JOB), filled(body, text))
    assert answer.status in {200, 201, 202}, (field, answer.json)


@given(st.text(st.characters(categories=["Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"]), max_size=5))
def test_signs_without_a_shape_are_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(text + "x")


@given(st.characters(categories=["Lu", "Ll", "Nd", "Po", "So", "Sc", "Sm"]))
def test_what_has_a_shape_is_not(character: str) -> None:
    assert is_blank(character) is (character == "\u2800"), unicodedata.name(character)
