"""The kinds of video providers that there are adapters for, and what each needs before it can be used.

Pure data: the adapters are in ``retake.adapters.providers``, the settings in ``retake.config``.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProviderKind:
    """One kind.

    Attributes:
        name: As the settings name it.
        title: What people read.
        key_variable: The environment variable in which its users already have the key; empty where it has
            none of its own.
        key_is_file: Whether that variable holds the path of a file with the key.
        option_variables: Options whose values its users already have in variables: the option's name, and
            the variable that says it on one machine where the settings do not.
        needs_key: Whether nothing can be asked without a key.
        needs_address: Whether ``base_url`` has to be given.
        is_single: Whether there can be one of it only, under its own name.
    """

    name: str
    title: str
    key_variable: str = ""
    key_is_file: bool = False
    option_variables: tuple[tuple[str, str], ...] = ()
    needs_key: bool = False
    needs_address: bool = False
    is_single: bool = False


_KINDS = (
    ProviderKind("local", "Local", is_single=True),
    ProviderKind("scripted", "Scripted (for tests)", is_single=True),
    ProviderKind("openai_videos", "A server with the /v1/videos format", needs_address=True),
    ProviderKind("bedrock_async", "Amazon Bedrock"),
    ProviderKind("gemini", "Gemini API", "GEMINI_API_KEY", needs_key=True),
    ProviderKind(
        "vertex",
        "Veo on Vertex AI",
        "GOOGLE_APPLICATION_CREDENTIALS",
        key_is_file=True,
        option_variables=(("project", "GOOGLE_CLOUD_PROJECT"), ("location", "GOOGLE_CLOUD_LOCATION")),
        needs_key=True,
    ),
    ProviderKind("openrouter", "OpenRouter", "OPENROUTER_API_KEY", needs_key=True),
    ProviderKind("fal", "fal", "FAL_KEY", needs_key=True),
    ProviderKind("replicate", "Replicate", "REPLICATE_API_TOKEN", needs_key=True),
)

PROVIDER_KINDS = {kind.name: kind for kind in _KINDS}
"""By name."""


@dataclass(frozen=True)
class ProviderState:
    """One provider of an installation, or one that it could have.

    Attributes:
        name: What models name it by.
        kind: Its kind's name.
        title: What people read.
        is_default: Whether requests that name no model go to it.
        missing: What it lacks, and how to give it that; None where it can be asked.
    """

    name: str
    kind: str
    title: str
    is_default: bool = False
    missing: str | None = None
