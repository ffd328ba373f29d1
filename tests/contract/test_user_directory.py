"""What every ``UserDirectory`` promises."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from retake.adapters.aws.cognito_users import CognitoUserDirectory
from retake.ports.people import UserDirectory
from tests.fakes.in_memory_users import InMemoryUserDirectory
from tests.moto_aws import client_on

EMAIL = "ada@example.com"


@dataclass
class People:
    directory: UserDirectory
    ada: str


# moto's Cognito needs a package of its own; the local cloud has one.
@pytest.fixture(params=["memory", pytest.param("local cloud", marks=pytest.mark.local_cloud)])
def people(request: pytest.FixtureRequest) -> Iterator[People]:
    if request.param == "memory":
        yield People(InMemoryUserDirectory({"ada's id": EMAIL}), "ada's id")
    else:
        yield _in_cognito(client_on(request.getfixturevalue("bare_cloud"), "cognito-idp"))


def _in_cognito(identities: Any) -> People:
    pool_id = identities.create_user_pool(PoolName="people", UsernameAttributes=["email"])["UserPool"]["Id"]
    email = [{"Name": "email", "Value": EMAIL}]
    made = identities.admin_create_user(
        UserPoolId=pool_id, Username=EMAIL, MessageAction="SUPPRESS", UserAttributes=email
    )
    attributes = {item["Name"]: item["Value"] for item in made["User"]["Attributes"]}
    return People(CognitoUserDirectory(identities, pool_id), attributes["sub"])


def test_who_signs_in_is_known_by_the_id_in_the_token(people: People) -> None:
    assert people.directory.is_known(people.ada)


@pytest.mark.parametrize("user_id", ["unknown", "8f14e45f-ceea-4e7a-9c3b-5f0a7d3f2b11", EMAIL, "no such one"])
def test_who_does_not_is_not(people: People, user_id: str) -> None:
    assert not people.directory.is_known(user_id)
    assert people.directory.find_email(user_id) is None


def test_a_user_has_an_email_address(people: People) -> None:
    assert people.directory.find_email(people.ada) == EMAIL
