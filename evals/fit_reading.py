"""Tunes the embedding model's network for reading: `python -m evals.fit_reading --data WORK --out DIR`.

The network reads question and passage together (`evals/reading_examples.py`), as BERT does for
questions and answers (Devlin et al., arXiv 1810.04805): each token of the passage says how likely the
answer stands there, the first token of all that it stands nowhere (after Rajpurkar et al., SQuAD 2.0,
arXiv 1806.03822). The loss is that of the answer's tokens together, or of nowhere. The word vectors stay
as they are, so that what ships (`bot/reading`) is the layers alone, in 8 bits. Two cores take two
thirds of a second for a step of sixteen questions. docs/evals.md says what came of it.
"""

import argparse
import hashlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional

from bot.confidence import FittedOn
from bot.reading.reader import (
    BIAS,
    DESCRIPTION,
    FORMAT,
    HEAD,
    MAX_TOKENS,
    NORM,
    WEIGHTS,
    Description,
)
from evals.measure_near_misses import COMPANIES
from evals.reading_examples import (
    KEPT_ASIDE,
    Example,
    Written,
    all_companies,
    company_examples,
    read_written,
    twin_examples,
    written_examples,
    written_files,
    written_in,
)
from evals.reliability import auroc
from knowledge.bert import SCALES
from knowledge.minilm import load_embedder, model_id, packaged_folder

_BATCH: Final = 16
_RATE, _WARM_STEPS, _LAST_RATE = 1.2e-4, 150, 0.02  # the last is a share of the first
_COMPANIES_TIMES: Final = 3  # in a pass: their passages are the ones most like real ones
_SEED: Final = 1
_LARGEST: Final = 127  # of 8 bits, the sign aside
_LICENCE: Final = "Apache-2.0"  # all that it is tuned on is ours


def main() -> None:
    """Tune, say how well answered questions are told from their twins, and keep the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data", type=Path, required=True, help="where snapshots are kept")
    parser.add_argument("--out", type=Path, help="the folder for weights and description")
    options = parser.parse_args()
    if not written_files():
        parser.error("there is nothing to tune on; it comes with the sources alone")
    embedder = load_embedder()
    known = [name for name in all_companies() if name not in KEPT_ASIDE]
    companies = company_examples(options.data, embedder, known) * _COMPANIES_TIMES
    written = read_written()
    some: list[list[Example]] = []
    while sum(map(len, some)) < options.steps * _BATCH:
        some.append([*written_examples(written, embedder, len(some)), *companies])
    aside = twin_examples(options.data, embedder, KEPT_ASIDE)
    torch.manual_seed(_SEED)
    torch.set_num_threads(options.threads)
    network = Network()
    tune(network, some, options.steps)
    rated, answered = network.rate(aside), np.array([one.span is not None for one in aside])
    print(f"{len(aside)} questions kept aside: AUROC {auroc(rated, answered):.3f}")
    if options.out:
        write(network, options.out, tuned_on(known))


class Network(nn.Module):
    """The embedding model's network with a head of two: where the answer stands, and nowhere."""

    def __init__(self) -> None:
        """Begin with the packaged model's weights."""
        from transformers import AutoTokenizer, BertModel

        super().__init__()
        folder = str(packaged_folder())
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.bert = BertModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            attention_probs_dropout_prob=0.0,
            attn_implementation="eager",  # torch's fused one takes half as long again here
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
        said = self.head(functional.normalize(found.float(), dim=-1) * NORM)
        there = said[..., 0].masked_fill(~inside, -1e4)
        return torch.cat([said[:, :1, 1], there], 1)

    def read(self, some: Sequence[Example]) -> Any:
        """Tokens of questions and passages, padded together."""
        return self.tokenizer(
            # The mark inside is the one that ends a text, as `bot/reading/reader.py` puts it.
            [
                f"{one.earlier} [SEP] {one.question}" if one.earlier else one.question
                for one in some
            ],
            [one.passage for one in some],
            truncation="only_second",
            max_length=MAX_TOKENS,
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


def tuned_on(companies: Sequence[str]) -> tuple[FittedOn, ...]:
    """Name the files of questions, with their count and checksum."""
    counts = {path: sum(map(_asked, written_in(path))) for path in written_files()}
    for name in companies:
        path = COMPANIES / name / "questions.jsonl"
        counts[path] = len(path.read_text(encoding="utf-8").splitlines())
    return tuple(
        FittedOn(
            name=f"{path.parent.name}/{path.stem}",
            licence=_LICENCE,
            rows=count,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path, count in counts.items()
    )


def _asked(written: Written) -> int:
    return sum(len(thread.questions) for thread in written.threads)


def write(network: Network, folder: Path, named: tuple[FittedOn, ...]) -> None:
    """Write the weights, matrices in 8 bits row by row, and what they are, as `Reader` reads them."""
    tensors: dict[str, Tensor] = {}
    for name, tensor in network.state_dict().items():
        if name in (HEAD, BIAS):
            tensors[name] = tensor.float().contiguous()
        elif name.startswith("bert.encoder."):
            tensors |= _in_eight_bits(name.removeprefix("bert."), tensor.float())
    weights = save(tensors)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(weights)
    described = Description(
        format=FORMAT,
        model_id=model_id(),
        sha256=hashlib.sha256(weights).hexdigest(),
        tuned_on=named,
    )
    text = described.model_dump_json(indent=1)
    (folder / DESCRIPTION).write_text(f"{text}\n", encoding="utf-8")


def _in_eight_bits(name: str, tensor: Tensor) -> dict[str, Tensor]:
    if tensor.ndim == 1:
        return {name: tensor.contiguous()}
    scales = tensor.abs().amax(1) / _LARGEST
    rounded = torch.round(tensor / scales[:, None]).to(torch.int8)
    return {name: rounded.contiguous(), f"{name}{SCALES}": scales.contiguous()}


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
