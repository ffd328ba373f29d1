"""Each operation documents the errors that can leave its use case, and no others."""

from collections.abc import Callable

import pytest

from retake.api import system
from retake.api.http.openapi import _routes_of, _whole_app
from retake.api.http.operations import operation_of
from retake.api.http.problems import KINDS
from retake.domain import errors
from retake.services.batches import accept_batch
from tests.raised_errors import sources

OF_THE_FORM = {
    errors.MalformedBodyError,
    errors.UnsupportedMediaTypeError,
    errors.InvalidRequestError,
    errors.NotFoundError,
    errors.PreconditionFailedError,
    errors.MethodNotAllowedError,
    errors.TooManyRequestsError,
}
"""Documented where a request's form allows them, whatever its use case does."""


FUNCTIONS = [function for _, _, function in _routes_of(_whole_app(system.router))]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_an_operation_documents_what_its_use_case_raises(function: Callable[..., object]) -> None:
    named = set(operation_of(function).raises)
    raised = {kind for kind in KINDS if kind.__name__ in sources().raised_by(function)}
    assert named - raised == set(), "documented, and nothing that it calls raises it"
    assert raised - named - OF_THE_FORM == set(), "raised by what it calls, and not documented"


def test_what_is_caught_does_not_leave_a_function() -> None:
    found, origin = (
        sources().raised_by(function) for function in (accept_batch._find_batch, accept_batch._find_origin)
    )
    assert "NotFoundError" in origin - found
    assert "InvalidRequestError" in found
