"""Rates whether a passage answers a question, by reading both together.

Search compares a question with a passage by vectors that were made apart; these tell what a passage is
about, hardly whether it answers ("how do I return a gift" beside "how long may I keep a gift"). Here
both go through the embedding model's network at once, as BERT reads for questions and answers (Devlin
et al., arXiv 1810.04805), tuned by `evals/fit_reading.py` so that its tokens tell where in the passage
the answer stands, or that it stands nowhere (after Rajpurkar et al., SQuAD 2.0, arXiv 1806.03822).
"""

import hashlib
import math
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.confidence import FittedOn
from bot.errors import ReadingMismatch
from knowledge import cores
from knowledge.minilm import model_id, packaged_folder

MAX_QUESTION_TOKENS: Final = 64
"""What is longer is a story, with its question anywhere in it; none was tuned on."""

MAX_TOKENS: Final = 256
"""Question, passage and marks together; what lies beyond is not read."""

HEAD, BIAS = "head.weight", "head.bias"
WEIGHTS, DESCRIPTION = "weights.safetensors", "reading.json"
NORM: Final = 12.0
"""The length of the token vectors that the head was tuned on."""

FORMAT: Final = 1
_REMEDY: Final = "Install Warmline again."


class Description(BaseModel):
    """What the weights are: tuned from which model, and on what."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int
    model_id: str
    sha256: str
    tuned_on: tuple[FittedOn, ...]


class Reader:
    """Reads on the CPU, in 8 bits where it multiplies them natively. Immutable; thread-safe."""

    def __init__(self, folder: Path) -> None:
        """Read the weights in `folder`.

        Raises ReadingMismatch where they are missing or damaged, or were tuned from another model
        than the packaged one.
        """
        import torch
        from safetensors.torch import load
        from tokenizers import Tokenizer

        from knowledge.bert import BertEncoder

        tensors = load(_checked(folder))
        self._head = tensors.pop(HEAD).float().numpy() * NORM
        self._bias = tensors.pop(BIAS).float().numpy()
        self._encoder = BertEncoder(packaged_folder(), torch.float32, tensors)
        self._tokenizer = Tokenizer.from_file(str(packaged_folder() / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._tokenizer.encode_special_tokens = True  # a mark that a customer types is text
        self._begin, self._end = map(self._mark, ("[CLS]", "[SEP]"))

    def __call__(self, question: str, passage: str) -> float:
        """Give the log odds that `passage` answers `question`, both in English.

        NaN, not known, where the question has more than `MAX_QUESTION_TOKENS`.
        """
        import torch

        words = self._ids(question)
        if len(words) > MAX_QUESTION_TOKENS:
            return math.nan
        asked = [self._begin, *words, self._end]
        text = [*asked, *self._ids(passage)[: MAX_TOKENS - len(asked) - 1], self._end]
        before = torch.get_num_threads()
        torch.set_num_threads(2 if cores.spare() else 1)
        try:
            with torch.inference_mode():
                tokens, _ = self._encoder([text])
        finally:
            torch.set_num_threads(before)
        said = tokens.numpy() @ self._head.T + self._bias
        there, nowhere = said[len(asked) :, 0], said[0, 1]
        return float(np.logaddexp.reduce(there) - nowhere)

    def _mark(self, name: str) -> int:
        found = self._tokenizer.token_to_id(name)
        assert found is not None, f"the model's words have no {name}"
        return int(found)

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


@cache
def load_reader(embedding_model: str) -> Reader | None:
    """The reader that ships, None beside another embedding model than the packaged one."""
    if embedding_model != model_id():
        return None
    return Reader(Path(str(resources.files("bot.reading"))))


def _checked(folder: Path) -> bytes:
    """The weights' file, which is what the description says."""
    try:
        weights = (folder / WEIGHTS).read_bytes()
        found = Description.model_validate_json((folder / DESCRIPTION).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as problem:
        raise ReadingMismatch(
            f"The reading in {folder} cannot be used: {problem}. {_REMEDY}"
        ) from problem
    if found.format != FORMAT:
        raise ReadingMismatch(f"{DESCRIPTION} has format {found.format}, not {FORMAT}. {_REMEDY}")
    if found.model_id != model_id():
        raise ReadingMismatch(
            f"The reading was tuned from {found.model_id!r}, but {model_id()!r} is installed. "
            f"{_REMEDY}"
        )
    if found.sha256 != hashlib.sha256(weights).hexdigest():
        raise ReadingMismatch(f"{WEIGHTS} is not what {DESCRIPTION} says. {_REMEDY}")
    return weights
