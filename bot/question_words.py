"""The words that a question opens with, in the languages the bot speaks that have such words."""

from typing import Final

QUESTION_WORDS: Final = (
    r"(?:how|what|what's|where|when|why|who|which|can|could|do|does|did|is|are|will|would|should|may|"
    r"wie|was|wo|wann|warum|wer|welche\w*|kann|gibt|comment|où|quand|pourquoi|qui|quel\w*|combien|"
    r"cómo|dónde|cuándo|cuánto|qué|quién|come|dove|quando|perché|chi|quanto|como|onde|hoe|wat|waar|"
    r"wanneer|jak|gdzie|kiedy|ile)\b"
)
"""A regular expression for any of them, to be used whatever the case."""
