"""Whether a provider refused what was asked for, and not the way in which it was asked. Pure.

Providers have no common code for it: most say it in words, in a refusal or in the error of a failed job.
"""

import re

_WORDS = re.compile(
    r"moderat|content[ _-]?(policy|filter|checker)|safety|responsible ai|\brai\b|nsfw|"
    r"flagged|prohibited[ _]content|sensitive|inappropriate|usage (?:polic|guideline)|violates? our polic|"
    r"guardrail",
    re.IGNORECASE,
)
"""As providers write it: ``moderation_blocked`` (OpenAI's format), "violates Google's Responsible AI
practices" and ``PROHIBITED_CONTENT`` (Gemini API), "violates Vertex AI's usage guidelines" and "it might
violate our policies" (Vertex AI), ``content_policy_violation`` and "flagged by a content checker" (fal),
"flagged as sensitive (E005)" and "NSFW content detected" (Replicate), "blocked by our content filters"
(Bedrock), "requires moderation and your input was flagged" (OpenRouter), ``SAFETY.INPUT.TEXT`` (Runway)."""


def is_moderation(reason: str | None) -> bool:
    """Whether a reason says that the content was refused.

    >>> is_moderation("The input or output was flagged as sensitive. (E005)")
    True
    >>> is_moderation("Insufficient credit.")
    False
    """
    return reason is not None and _WORDS.search(reason) is not None
