"""Parameters of the video providers and of the prompt model, and the permissions they need."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from aws_cdk import (
    Acknowledgment,
    CfnCondition,
    CfnParameter,
    Fn,
    ICfnRuleConditionExpression,
    Stack,
    Validations,
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from infra.environment import BEDROCK
from infra.flavour import Flavour
from infra.stack.settings import Names

WITH_A_KEY = ("openai_videos", "replicate", "gemini", "vertex", "openrouter", "fal")
"""Providers on the internet, or on a server of one's own: the adapters' names."""

_YES_OR_NO = ["yes", "no"]


@dataclass(frozen=True)
class ProviderParameters:
    """Parameters of the template.

    Attributes:
        name: Which provider.
        options: JSON object of its settings (``retake.provider_settings.ProviderOptions``).
        others: JSON list of any number of providers (``retake.provider_settings.ProviderEntry``).
        stored_keys: ``yes`` where one of those reads its key from below ``{prefix}/provider-keys/``; the
            command line derives both this and the next from the list, which a template cannot look into.
        bedrock: ``yes`` where one of those is on Bedrock.
        models: JSON list of models that the catalogue lacks (``retake.domain.own_models.parse_models``).
        prompt_model: Id of a model on Bedrock, or of an inference profile, that words prompts.
    """

    name: CfnParameter
    options: CfnParameter
    others: CfnParameter
    stored_keys: CfnParameter
    bedrock: CfnParameter
    models: CfnParameter
    prompt_model: CfnParameter

    @classmethod
    def add(cls, stack: Stack, flavour: Flavour) -> Self:
        """Add the parameters to a stack."""
        return cls(
            # No default on AWS: the local provider must never be the default.
            name=CfnParameter(
                stack,
                "Provider",
                type="String",
                description="The video provider that makes new takes (docs/providers.md).",
                allowed_pattern="[a-z][a-z0-9_-]*",
                default="local" if flavour is Flavour.HOST else None,
            ),
            options=CfnParameter(
                stack,
                "ProviderOptions",
                type="String",
                description="JSON object of the provider's settings; never its key.",
                default="{}",
            ),
            others=CfnParameter(
                stack,
                "Providers",
                type="String",
                description="JSON list of video providers (docs/providers.md); never their keys.",
                default="[]",
            ),
            stored_keys=CfnParameter(
                stack,
                "ProviderKeys",
                type="String",
                description="Whether a provider of the list has its key in SSM or Secrets Manager.",
                allowed_values=_YES_OR_NO,
                default="no",
            ),
            bedrock=CfnParameter(
                stack,
                "Bedrock",
                type="String",
                description="Whether a provider of the list is on Bedrock.",
                allowed_values=_YES_OR_NO,
                default="no",
            ),
            models=CfnParameter(
                stack,
                "Models",
                type="String",
                description="JSON list of video models that the catalogue lacks.",
                default="[]",
            ),
            prompt_model=CfnParameter(
                stack,
                "PromptModel",
                type="String",
                description="Bedrock model or inference profile that words prompts; empty: a plain merge.",
                allowed_pattern="[A-Za-z0-9.:-]*",
                default="",
            ),
        )


REMOTE_MEMORY_MB = 512
"""Of the submitting function where it only sends requests: rendering is what it has its memory for."""


def spare_memory(stack: Stack, submit: lambda_.Function, provider: ProviderParameters) -> None:
    """Give the submitting function less memory where no provider renders in it."""
    remote = CfnCondition(
        stack,
        "OnlyRemoteProvider",
        expression=Fn.condition_and(
            _is_one_of(provider.name, *WITH_A_KEY, BEDROCK),
            Fn.condition_equals(provider.others.value_as_string, "[]"),
        ),
    )
    function = submit.node.default_child
    if not isinstance(function, lambda_.CfnFunction):  # pragma: no cover - CDK makes one
        raise TypeError(function)
    function.add_property_override(
        "MemorySize", Fn.condition_if(remote.logical_id, REMOTE_MEMORY_MB, function.memory_size)
    )


def add_provider_permissions(
    stack: Stack, names: Names, *, functions: Mapping[str, lambda_.Function], provider: ProviderParameters
) -> None:
    """Let the workers do what was chosen needs, and nothing for what was not."""
    submit, poll = functions["submit_generation"], functions["poll_generation"]
    has_key = CfnCondition(stack, "ProviderHasKey", expression=_is_one_of(provider.name, *WITH_A_KEY))
    have_keys = CfnCondition(stack, "ProvidersHaveKeys", expression=_is_one_of(provider.stored_keys, "yes"))
    is_bedrock = CfnCondition(
        stack,
        "ProviderIsBedrock",
        expression=Fn.condition_or(_is_one_of(provider.name, BEDROCK), _is_one_of(provider.bedrock, "yes")),
    )
    _allow_reading(names, "ReadProviderKey", "provider-key", functions=(submit, poll), condition=has_key)
    # One name for each provider: which there are, only the list says.
    several = _allow_reading(
        names, "ReadProviderKeys", "provider-keys/*", functions=(submit, poll), condition=have_keys
    )
    any_of = "The settings say which of the providers' keys, below a name that holds nothing else."
    place = "<AWS::Region>:<AWS::AccountId>"
    _acknowledge(
        several,
        (f"arn:<AWS::Partition>:ssm:{place}:parameter/{names.prefix}/provider-keys/*", any_of),
        (f"arn:<AWS::Partition>:secretsmanager:{place}:secret:{names.prefix}/provider-keys/*-??????", any_of),
    )
    invocations = _arn(names, "bedrock", "async-invoke/*")
    models = f"arn:{stack.partition}:bedrock:{stack.region}::foundation-model/*"
    started = _policy(
        "StartInvocations",
        iam.PolicyStatement(actions=["bedrock:InvokeModel"], resources=[invocations, models]),
        # To look a submission up whose answer was lost.
        iam.PolicyStatement(actions=["bedrock:ListAsyncInvokes"], resources=["*"]),
        functions=(submit,),
        condition=is_bedrock,
    )
    asked = _policy(
        "AskForInvocations",
        iam.PolicyStatement(actions=["bedrock:GetAsyncInvoke"], resources=[invocations]),
        functions=(poll,),
        condition=is_bedrock,
    )
    arn = "arn:<AWS::Partition>:bedrock:<AWS::Region>:"
    made = (f"{arn}<AWS::AccountId>:async-invoke/*", "Bedrock names invocations when it makes them.")
    chosen = (f"{arn}:foundation-model/*", "The catalogue, and what is added to it, says which models.")
    listed = ("*", "A list of invocations has no resource to name.")
    _acknowledge(started, made, chosen, listed)
    _acknowledge(asked, made)
    _allow_wording(stack, names, submit, provider.prompt_model)


def _allow_reading(
    names: Names,
    title: str,
    key: str,
    *,
    functions: tuple[lambda_.Function, ...],
    condition: CfnCondition,
) -> iam.CfnPolicy:
    """Let functions read a secret of this name, in SSM or in Secrets Manager."""
    name = f"{names.prefix}/{key}"
    return _policy(
        title,
        iam.PolicyStatement(
            actions=["ssm:GetParameter"], resources=[_arn(names, "ssm", f"parameter/{name}")]
        ),
        # Secrets Manager adds a hyphen and six characters of its own.
        iam.PolicyStatement(
            actions=["secretsmanager:GetSecretValue"],
            resources=[_arn(names, "secretsmanager", f"secret:{name}-??????")],
        ),
        functions=functions,
        condition=condition,
    )


def _allow_wording(stack: Stack, names: Names, submit: lambda_.Function, model: CfnParameter) -> None:
    """Let the worker ask the one model that words prompts, by itself or through its inference profile."""
    is_chosen = CfnCondition(
        stack,
        "PromptsAreWorded",
        expression=Fn.condition_not(Fn.condition_equals(model.value_as_string, "")),
    )
    profile = _arn(names, "bedrock", f"inference-profile/{model.value_as_string}")
    anywhere = f"arn:{stack.partition}:bedrock:*::foundation-model/*"
    by_itself = f"arn:{stack.partition}:bedrock:{stack.region}::foundation-model/{model.value_as_string}"
    worded = _policy(
        "WordPrompts",
        iam.PolicyStatement(actions=["bedrock:InvokeModel"], resources=[by_itself, profile]),
        # A profile sends on to its model, in whichever region it likes.
        iam.PolicyStatement(
            actions=["bedrock:InvokeModel"],
            resources=[anywhere],
            conditions={"StringEquals": {"bedrock:InferenceProfileArn": profile}},
        ),
        functions=(submit,),
        condition=is_chosen,
    )
    why = "Only through the one inference profile, which decides on the region."
    _acknowledge(worded, ("arn:<AWS::Partition>:bedrock:*::foundation-model/*", why))


def _is_one_of(parameter: CfnParameter, *values: str) -> ICfnRuleConditionExpression:
    equal = [Fn.condition_equals(parameter.value_as_string, value) for value in values]
    return Fn.condition_or(*equal) if len(equal) > 1 else equal[0]


def _policy(
    title: str,
    *statements: iam.PolicyStatement,
    functions: tuple[lambda_.Function, ...],
    condition: CfnCondition,
) -> iam.CfnPolicy:
    policy = iam.CfnPolicy(
        condition.stack,
        title,
        policy_name=title,
        policy_document=iam.PolicyDocument(statements=list(statements)),
        roles=[function.role.role_name for function in functions if function.role is not None],
    )
    policy.cfn_options.condition = condition
    return policy


def _acknowledge(policy: iam.CfnPolicy, *wildcards: tuple[str, str]) -> None:
    Validations.of(policy).acknowledge(
        *(Acknowledgment(id=f"AwsSolutions-IAM5[Resource::{arn}]", reason=why) for arn, why in wildcards)
    )


def _arn(names: Names, service: str, rest: str) -> str:
    stack = names.stack
    return f"arn:{stack.partition}:{service}:{stack.region}:{stack.account}:{rest}"
