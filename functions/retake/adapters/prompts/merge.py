"""Writes prompts by rules, without a language model."""

from retake.domain.prompts import merge_prompt


class MergingPromptRewriter:
    """A ``PromptRewriter`` that takes the two texts apart and puts them together by rules."""

    def rewrite(self, prompt: str, instruction: str) -> str:
        return merge_prompt(prompt, instruction)
