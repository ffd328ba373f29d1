"""The user pool: who may sign in."""

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.stack.settings import Names, StackSettings


@dataclass(frozen=True)
class Identity:
    """The user pool and the client that the frontend signs in with."""

    pool: cognito.UserPool
    client: cognito.UserPoolClient


def add_identity(scope: Construct, settings: StackSettings, names: Names) -> Identity:
    """Add the user pool; users are invited, none can sign up."""
    pool = cognito.UserPool(
        scope,
        "Users",
        user_pool_name=names.of("users"),
        self_sign_up_enabled=False,
        sign_in_aliases=cognito.SignInAliases(email=True),
        account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
        password_policy=cognito.PasswordPolicy(
            min_length=12,
            require_digits=True,
            require_lowercase=True,
            require_symbols=True,
            require_uppercase=True,
            temp_password_validity=Duration.days(3),
        ),
        mfa=cognito.Mfa.OPTIONAL,
        # No text messages: they cost money and need a role that may send to any number.
        mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
        # All that is used of it, at a third of the price of what is the default beyond 10,000 users a month.
        feature_plan=cognito.FeaturePlan.LITE,
        removal_policy=settings.removal_policy,
    )
    cognito.CfnUserPoolGroup(
        scope,
        "Admins",
        user_pool_id=pool.user_pool_id,
        group_name="admin",
        description="May see everybody's usage.",
    )
    client = pool.add_client(
        "Studio",
        user_pool_client_name=names.of("studio"),
        auth_flows=cognito.AuthFlow(user_password=True, user_srp=True),
        generate_secret=False,
        prevent_user_existence_errors=True,
        disable_o_auth=True,
        access_token_validity=Duration.hours(1),
        id_token_validity=Duration.hours(1),
        refresh_token_validity=Duration.days(30),
    )
    return Identity(pool=pool, client=client)


def name_studio_in_invitations(identity: Identity, url: str) -> None:
    """Let an invitation name the studio's address.

    Set afterwards: the address is known once the distribution is declared, which needs no pool.
    """
    resource = identity.pool.node.default_child
    if isinstance(resource, cognito.CfnUserPool):
        resource.add_property_override(
            "AdminCreateUserConfig.InviteMessageTemplate",
            {
                "EmailSubject": "Your invitation to Retake",
                "EmailMessage": f"Open {url} and sign in as {{username}} with the temporary password "
                "{####} within three days; you choose your own then.",
            },
        )
