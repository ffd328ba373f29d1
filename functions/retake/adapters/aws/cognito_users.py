"""The users of a Cognito user pool."""

from typing import Any, Protocol

from botocore.exceptions import ClientError

from retake.adapters.aws.clients import error_code


class PoolReader(Protocol):
    """The part of boto3's Cognito client that is used; its stubs are not installed."""

    def admin_get_user(self, *, UserPoolId: str, Username: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        """Return a user of a pool."""
        ...


class CognitoUserDirectory:
    """Implements ``UserDirectory``."""

    def __init__(self, client: PoolReader, pool_id: str) -> None:
        self._client = client
        self._pool_id = pool_id

    def is_known(self, user_id: str) -> bool:
        return self._attributes_of(user_id) is not None

    def find_email(self, user_id: str) -> str | None:
        return (self._attributes_of(user_id) or {}).get("email")

    def _attributes_of(self, user_id: str) -> dict[str, str] | None:
        try:
            found = self._client.admin_get_user(UserPoolId=self._pool_id, Username=user_id)
        except ClientError as error:
            # An id that no user can have, such as one with spaces, is a faulty parameter to Cognito.
            if error_code(error) not in {"UserNotFoundException", "InvalidParameterException"}:
                raise
            return None
        # It is found by its email address, too; budgets are kept by ``sub``.
        attributes = {item["Name"]: item["Value"] for item in found["UserAttributes"]}
        return attributes if attributes.get("sub") == user_id else None
