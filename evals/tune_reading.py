"""Tunes the embedding model's network for reading, and measures it: `python -m evals.tune_reading --data WORK`.

A trial that nothing which ships rests on. Search compares a question with a passage by vectors that
were made apart; these tell what a passage is about, hardly whether it answers. Here the network reads
both together (`evals/reading_examples.py`), as BERT does for questions and answers (Devlin et al., arXiv
1810.04805): each token of the passage says how likely the answer stands there, the first token of all
that it stands nowhere (after Rajpurkar et al., SQuAD 2.0, arXiv 1806.03822). The loss is that of the
answer's tokens together, or of nowhere. The word vectors stay as they are. docs/evals.md says what came
of it. Two cores take about 0.9 s for a step of sixteen questions.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from evals.reading_examples import (
    KEPT_ASIDE,
    Example,
    all_companies,
    company_examples,
    read_written,
    twin_examples,
    written_examples,
)
from evals.reliability import auroc
from knowledge.minilm import load_embedder, packaged_folder

_BATCH: Final = 16
_MAX_TOKENS: Final = 256  # question, passage and marks together
_RATE, _WARM_STEPS, _LAST_RATE = 1.2e-4, 150, 0.02  # the last is a share of the first
_NORM: Final = 12.0  # of the tokens that the head sees
_COMPANIES_TIMES: Final = 3  # in a pass: their passages are the ones most like real ones
_SEED: Final = 1


def main() -> None:
    """Tune, say how well answered questions are told from their twins, and keep the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data", type=Path, required=True, help="where snapshots are kept")
    parser.add_argument("--out", type=Path, help="a file for the weights (safetensors)")
    options = parser.parse_args()
    embedder = load_embedder()
    known = [name for name in all_companies() if name not in KEPT_ASIDE]
    companies = company_examples(options.data, embedder, known) * _COMPANIES_TIMES
    written = read_written()
    in_a_pass = len(written_examples(written, embedder, 0)) + len(companies)
    passes = -(-options.steps * _BATCH // in_a_pass)
    some = [[*written_examples(written, embedder, n), *companies] for n in range(passes)]
    aside = twin_examples(options.data, embedder, KEPT_ASIDE)
    torch.manual_seed(_SEED)
    torch.set_num_threads(options.threads)
    network = Network()
    tune(network, some, options.steps)
    rated, answered = network.rate(aside), np.array([one.span is not None for one in aside])
    print(f"{len(aside)} questions kept aside: AUROC {auroc(rated, answered):.3f}")
    if options.out:
        save_file({n: t.contiguous() for n, t in network.state_dict().items()}, options.out)


class Network(nn.Module):
    """The embedding model's network with a head of two: where the answer stands, and nowhere."""

    def __init__(self) -> None:
        """Begin with the packaged model's weights."""
        from transformers import AutoTokenizer, BertModel

        super().__init__()
        folder = str(packaged_folder())
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.bert = BertModel.from_pretrained(
            folder, add_pooling_layer=False, attention_probs_dropout_prob=0.0
        )
        for parameter in self.bert.embeddings.parameters():
            parameter.requires_grad_(False)
        self.head = nn.Linear(self.bert.config.hidden_size, 2)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, read: Any) -> Tensor:
        """Logits (batch, 1 + tokens): nowhere first, then each token, those outside at minus 1e4."""
        inside = (read["token_type_ids"] == 1) & (read["attention_mask"] == 1)
        found = self.bert(
            input_ids=read["input_ids"],
            # The marks tell question from passage, as in the embedding model's own pass.
            token_type_ids=torch.zeros_like(read["token_type_ids"]),
            attention_mask=read["attention_mask"],
        ).last_hidden_state
        said = self.head(functional.normalize(found.float(), dim=-1) * _NORM)
        there = said[..., 0].masked_fill(~inside, -1e4)
        return torch.cat([said[:, :1, 1], there], 1)

    def read(self, some: Sequence[Example]) -> Any:
        """Tokens of questions and passages, padded together."""
        return self.tokenizer(
            [one.question for one in some],
            [one.passage for one in some],
            truncation="only_second",
            max_length=_MAX_TOKENS,
            padding=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )

    def rate(self, some: Sequence[Example]) -> Any:
        """Log odds that each passage answers its question: (n,) float64."""
        self.eval()
        found = []
        with torch.inference_mode():
            for at in range(0, len(some), _BATCH):
                logits = self(self.read(some[at : at + _BATCH]))
                found.append(torch.logsumexp(logits[:, 1:], -1) - logits[:, 0])
        return torch.cat(found).double().numpy()

    def loss(self, some: Sequence[Example]) -> Tensor:
        """Mean over examples of -log of the answer's share: of its tokens together, or of nowhere."""
        read = self.read(some)
        with torch.autocast("cpu", torch.bfloat16):
            logits = self(read)
        shares = torch.log_softmax(logits.float(), -1)
        losses = []
        for row, one in enumerate(some):
            if one.span is None:
                losses.append(-shares[row, 0])
                continue
            offsets = read["offset_mapping"][row]
            holds = (offsets[:, 0] < one.span[1]) & (offsets[:, 1] > one.span[0])
            holds &= read["token_type_ids"][row] == 1
            if holds.any():  # else the answer lies beyond what is read
                losses.append(-torch.logsumexp(shares[row, 1:][holds], 0))
        return torch.stack(losses).mean() if losses else logits.sum() * 0


def tune(network: Network, passes: Sequence[Sequence[Example]], steps: int) -> None:
    """Take `steps` at most through all passes; the rate rises for some steps and falls to the end."""
    trained = [one for one in network.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    batches = [batch for seed, one in enumerate(passes) for batch in _batches(one, seed)][:steps]
    network.train()
    began, said = time.monotonic(), 0.0
    for step, batch in enumerate(batches, start=1):
        share = min(1.0, step / _WARM_STEPS) * max(_LAST_RATE, 1 - step / len(batches))
        for group in optimiser.param_groups:
            group["lr"] = _RATE * share
        loss = network.loss(batch)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        said += loss.item()
        if step % 100 == 0:
            seconds = (time.monotonic() - began) / step
            print(f"step {step} of {len(batches)}: loss {said / 100:.3f}, {seconds:.2f} s a step")
            said = 0.0


def _batches(some: Sequence[Example], seed: int) -> Iterator[list[Example]]:
    """Batches of like length in random order."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(some)).tolist()
    batches = []
    for at in range(0, len(order), 20 * _BATCH):
        near = sorted(order[at : at + 20 * _BATCH], key=lambda n: _length(some[n]))
        batches += [near[first : first + _BATCH] for first in range(0, len(near), _BATCH)]
    for n in random.permutation(len(batches)).tolist():
        yield [some[row] for row in batches[n]]


def _length(one: Example) -> int:
    return len(one.question) + len(one.passage)


if __name__ == "__main__":
    main()
