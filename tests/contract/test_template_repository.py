"""What every ``TemplateRepository`` promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from retake.domain.errors import (
    ConcurrentUpdateError,
    ConflictError,
    InvalidRequestError,
    TooManyKeptError,
)
from retake.domain.templates import Template, TemplateWords
from retake.ports.table import Table
from retake.storage.templates import TemplateRepository
from tests.builders import USER
from tests.fakes.clocks import START

LATER = START + timedelta(minutes=5)


@pytest.fixture
def templates(table: Table) -> TemplateRepository:
    return TemplateRepository(table)


def a_template(template_id: str = "template-1", **fields: Any) -> Template:
    words = TemplateWords("Winter fox", "a red {animal} in snow", model="any", seconds="5", variations=2)
    defaults: dict[str, Any] = {
        "template_id": template_id,
        "user_id": USER,
        "words": words,
        "created_at": START,
        "changed_at": START,
        "request_hash": "hash",
    }
    return Template(**(defaults | fields))


def test_a_template_is_read_back_whole_and_written_once(templates: TemplateRepository) -> None:
    template = a_template()
    assert templates.find_template(USER, "template-1") is None
    assert templates.create_template(template, most=9) == template
    assert templates.create_template(replace(template, request_hash="other"), most=9) == template
    assert templates.find_template(USER, "template-1") == template
    assert templates.find_template("another-user", "template-1") is None


def test_a_users_names_are_unique_whatever_the_case(templates: TemplateRepository) -> None:
    templates.create_template(a_template(), most=9)
    same_name = replace(a_template().words, name="winter  FOX")
    with pytest.raises(ConflictError, match="already"):
        templates.create_template(a_template("template-2", words=same_name), most=9)
    assert templates.find_template(USER, "template-2") is None
    hers = a_template("template-3", user_id="another-user", words=same_name)
    assert templates.create_template(hers, most=9) == hers


def test_a_name_that_is_ended_can_be_had_again(templates: TemplateRepository) -> None:
    first = templates.create_template(a_template(), most=9)
    renamed = replace(first, words=replace(first.words, name="Summer fox"), changed_at=LATER)
    changed = templates.change_template(renamed, read=first)
    assert changed == replace(renamed, revision=2)
    assert templates.find_template(USER, "template-1") == changed
    second = templates.create_template(a_template("template-2"), most=9)
    with pytest.raises(ConflictError):
        templates.change_template(replace(second, words=changed.words), read=second)
    assert templates.find_template(USER, "template-2") == second
    templates.delete_template(changed)
    templates.change_template(replace(second, words=changed.words), read=second)
    assert len(templates.list_templates(USER, limit=9, cursor=None).items) == 1


def test_an_old_reading_changes_nothing(templates: TemplateRepository) -> None:
    first = templates.create_template(a_template(), most=9)
    second = templates.change_template(replace(first, changed_at=LATER), read=first)
    with pytest.raises(ConcurrentUpdateError):
        templates.change_template(first, read=first)
    with pytest.raises(ConcurrentUpdateError):
        templates.delete_template(first)
    assert templates.find_template(USER, "template-1") == second
    for _ in range(2):
        templates.delete_template(second)
    with pytest.raises(ConcurrentUpdateError):
        templates.change_template(second, read=second)


def test_newest_first_page_by_page(templates: TemplateRepository) -> None:
    for number in range(5):
        at = START + timedelta(minutes=number)
        words = replace(a_template().words, name=f"Fox {number}")
        templates.create_template(a_template(f"template-{number}", created_at=at, words=words), most=9)
    templates.create_template(a_template("hers", user_id="another-user"), most=9)
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        page = templates.list_templates(USER, limit=2, cursor=cursor)
        seen += [template.template_id for template in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == [f"template-{number}" for number in (4, 3, 2, 1, 0)]
    with pytest.raises(InvalidRequestError):
        templates.list_templates(USER, limit=2, cursor="nonsense")


def test_of_many_at_the_same_moment_no_more_are_kept_than_allowed(templates: TemplateRepository) -> None:
    def create(number: int) -> str:
        words = replace(a_template().words, name=f"Fox {number}")
        for _ in range(40):
            try:
                return templates.create_template(a_template(f"t-{number}", words=words), most=3).template_id
            except TooManyKeptError as error:
                return str(error)
            except ConcurrentUpdateError:
                continue
        raise AssertionError("It is overtaken for ever.")

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(create, range(6)))
    kept = [item.template_id for item in templates.list_templates(USER, limit=9, cursor=None).items]
    assert len(kept) == 3
    assert {answer for answer in answers if answer not in kept} == {
        "You have 3 templates, which is as many as are kept. Delete one first."
    }
    first = templates.find_template(USER, kept[0])
    assert first is not None
    templates.delete_template(first)
    assert create(9) == "t-9", "there is room again"
