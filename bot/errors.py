"""What can go wrong in the bot.

BotError
├── RulesInvalid          the rules file has an unknown name or a value out of range
├── ToneInvalid           the tone file cannot be read or has an unknown name
├── ConfidenceMismatch    no confidence was fitted for the embedding model in use
├── ReadingMismatch       the network that reads is damaged, or made from another model
└── Ungrounded            a reply quotes what does not stand in the snapshot; it is never sent

Every message names the value and says what to do.
"""


class BotError(Exception):
    """Any error of this room; its text is a sentence for the operator."""


class RulesInvalid(BotError):
    """The rules file cannot be used."""


class ToneInvalid(BotError):
    """The tone file cannot be used."""


class ConfidenceMismatch(BotError):
    """The confidence in use was fitted on another embedding model."""


class ReadingMismatch(BotError):
    """The weights for reading are damaged, or were tuned from another embedding model."""


class Ungrounded(BotError):
    """A sentence is not found at its cited span."""
