"""``retake user``: who can sign in to a deployed stack."""

import re

from infra.cli.aws_session import AwsSession, reporting
from retake_client.cli.narration import Narrator
from retake_client.errors import UsageError

ADMINS = "admin"
"""The group whose members see what everybody stores (``infra.stack.identity``)."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def add_user(aws: AwsSession, email: str, *, admin: bool, narrator: Narrator) -> None:
    """Invite a user by e-mail; a user who exists stays as is, and may become an admin.

    Args:
        aws: The account and stage.
        email: Where the invitation goes; it is what they sign in with.
        admin: Put them into the group of admins.
        narrator: Prints progress.

    Raises:
        AwsError: If AWS refuses it.
        UsageError: If that is no address, or there is no stack.
    """
    if not _EMAIL.fullmatch(email):
        raise UsageError(f"{email} is no e-mail address, such as you@example.com")
    pool = aws.outputs["UserPoolId"]
    users = aws.client("cognito-idp")
    with reporting():
        try:
            users.admin_create_user(
                UserPoolId=pool,
                Username=email,
                UserAttributes=[
                    {"Name": "email", "Value": email},
                    {"Name": "email_verified", "Value": "true"},
                ],
                DesiredDeliveryMediums=["EMAIL"],
            )
        except users.exceptions.UsernameExistsException:
            narrator.say(f"{email} can sign in already.")
        else:
            narrator.say(
                f"An invitation is on its way to {email}: it names the studio's address, a temporary"
            )
            narrator.say("password, and is valid for three days.")
        if admin:
            users.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=ADMINS)
            narrator.say(f"{email} is an admin.")
    narrator.row("Studio", aws.outputs["StudioUrl"])
