"""A BERT encoder in plain torch, read from a sentence-transformers folder.

Why not the library's own class: importing sentence-transformers and transformers takes three times
as long as importing torch, and their per-call overhead is most of the time of one short question.
`knowledge/minilm.py` falls back to them for every model that is not exactly this shape; a test
holds the two to the same vectors.

The pass is scripted (TorchScript): one call that never wants Python's lock. Run operation by
operation it wants the lock a hundred times, and beside a thread that computes in Python it waits up
to 5 ms for each: 970 ms for a question of 12 tokens instead of 22.

Sources: Devlin et al., BERT (arXiv 1810.04805); mean pooling after Reimers & Gurevych,
Sentence-BERT (arXiv 1908.10084).
"""

import json
import logging
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

log = logging.getLogger(__name__)

# The first passes are looked at, then compiled: 0.2 s that no customer shall wait for.
_PASSES_UNTIL_COMPILED: Final = 3

SCALES: Final = ".scales"
"""A matrix `name` in 8 bits (int8) stands beside the scales of its rows, `name.scales`."""

# (ids, lengths) to (token rows, text rows).
_Forward = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]


class _PlainLinear(nn.Module):
    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight = weight
        self.bias = bias

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight, self.bias)


class _PackedLinear(nn.Module):
    """Weights kept in float16 and multiplied in float32 (FBGEMM, Khudia et al., arXiv 2101.05615).

    One question's time is that of reading the weights: half as many bytes take about half as long,
    and the vectors stay the same (cosine to those of float32 weights: 0.9999995 at least).
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.packed = torch.ops.quantized.linear_prepack_fp16(weight, bias)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = torch.ops.quantized.linear_dynamic_fp16(x, self.packed)
        return found


class _EightBitLinear(nn.Module):
    """Weights in 8 bits, multiplied with activations rounded to 8 bits as they come (FBGEMM).

    Half the time of `_PackedLinear` where the processor multiplies them natively. Vectors move more
    than an index may bear; for a network whose head was measured with it that is no matter.
    """

    def __init__(self, weight: Tensor, scales: Tensor, bias: Tensor) -> None:
        super().__init__()
        with warnings.catch_warnings():
            # Deprecated for a library of its own; the products stay in torch.
            warnings.simplefilter("ignore", (DeprecationWarning, UserWarning))
            eight = torch.quantize_per_channel(
                weight.float() * scales[:, None],
                scales.double(),
                torch.zeros(len(scales), dtype=torch.long),
                axis=0,
                dtype=torch.qint8,
            )
        self.packed = torch.ops.quantized.linear_prepack(eight, bias)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = torch.ops.quantized.linear_dynamic(x, self.packed)
        return found


class _Norm(nn.Module):
    def __init__(self, weight: Tensor, bias: Tensor, epsilon: float) -> None:
        super().__init__()
        self.weight = weight
        self.bias = bias
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return functional.layer_norm(x, (x.shape[-1],), self.weight, self.bias, self.epsilon)


class _Layer(nn.Module):
    """One layer over rows (n, dim): the tokens of all texts, one after another."""

    def __init__(self, tensors: Mapping[str, Tensor], at: str, heads: int, epsilon: float) -> None:
        super().__init__()
        inner = f"{at}attention.self."
        self.heads = heads
        self.query_key_value = _linear(tensors, f"{inner}query", f"{inner}key", f"{inner}value")
        self.attended = _linear(tensors, f"{at}attention.output.dense")
        self.attended_norm = _norm(tensors, f"{at}attention.output.LayerNorm", epsilon)
        self.widened = _linear(tensors, f"{at}intermediate.dense")
        self.narrowed = _linear(tensors, f"{at}output.dense")
        self.output_norm = _norm(tensors, f"{at}output.LayerNorm", epsilon)

    def forward(self, x: Tensor, at: Tensor, back: Tensor, bias: Tensor) -> Tensor:
        """`at` (b * t,) names the row at each place of the padded texts, `back` (n,) the reverse.

        `bias` (b * heads, 1, t) is added to the attention scores: nothing for tokens, minus infinity
        for padding.
        """
        batch, length = bias.shape[0] // self.heads, bias.shape[-1]
        padded = batch * length > x.shape[0]
        together = self.query_key_value(x)
        if padded:
            together = together.index_select(0, at)
        heads = together.view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        # Of all heads of all texts: (b * heads, t, …). Copied only where there are several texts.
        query, key, value = heads.flatten(1, 2).unbind()
        # Spelled out: at these sizes two to three times faster on a CPU than torch's fused one.
        scores = torch.baddbmm(bias, query, key.transpose(1, 2), alpha=query.shape[-1] ** -0.5)
        joined = torch.bmm(scores.softmax(-1), value).view(batch, self.heads, length, -1)
        joined = joined.transpose(1, 2).reshape(batch * length, -1)
        if padded:
            joined = joined.index_select(0, back)
        x = self.attended_norm(x + self.attended(joined))
        narrowed: Tensor = self.narrowed(functional.gelu(self.widened(x)))
        found: Tensor = self.output_norm(x + narrowed)
        return found


class _Bert(nn.Module):
    """Token ids to unit vectors of tokens and texts. Only attention sees padding."""

    def __init__(self, tensors: Mapping[str, Tensor], config: Mapping[str, Any]) -> None:
        super().__init__()
        epsilon, heads = float(config["layer_norm_eps"]), int(config["num_attention_heads"])
        self.heads = heads
        self.words = tensors["embeddings.word_embeddings.weight"]
        # Only ever one text a sequence: the first token type is a constant added to each position.
        self.places = (
            tensors["embeddings.position_embeddings.weight"]
            + tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self.first_norm = _norm(tensors, "embeddings.LayerNorm", epsilon)
        self.layers = nn.ModuleList(
            _Layer(tensors, f"encoder.layer.{n}.", heads, epsilon)
            for n in range(int(config["num_hidden_layers"]))
        )

    def forward(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        batch, length = lengths.shape[0], int(lengths.max())
        steps = torch.arange(length)
        real = steps < lengths.unsqueeze(1)
        back = real.flatten().nonzero().squeeze(1)
        at = torch.zeros(batch * length, dtype=torch.long)
        at[back] = torch.arange(ids.shape[0])
        bias = torch.zeros(real.shape, dtype=self.words.dtype)
        bias = bias.masked_fill_(~real, float("-inf")).repeat_interleave(self.heads, 0)
        bias = bias.unsqueeze(1)
        x = functional.embedding(ids, self.words) + self.places[back % length]
        x = self.first_norm(x)
        for layer in self.layers:
            x = layer(x, at, back, bias)
        tokens = x.float()
        texts = torch.zeros(batch, tokens.shape[1]).index_add_(0, back // length, tokens)
        return functional.normalize(tokens, dim=-1), functional.normalize(texts, dim=-1)


def fits(folder: Path) -> bool:
    """Tell whether the folder holds exactly BERT, mean pooling and (perhaps) normalising."""
    needed = ("modules.json", "config.json", "1_Pooling/config.json", "model.safetensors")
    if not all((folder / name).is_file() for name in (*needed, "tokenizer.json")):
        return False
    kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in _read(folder / "modules.json")]
    config = _read(folder / "config.json")
    pooling = _read(folder / "1_Pooling" / "config.json")
    modes = {key for key, value in pooling.items() if key.startswith("pooling_mode") and value}
    return (
        kinds in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
        and config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and modes == {"pooling_mode_mean_tokens"}
    )


class BertEncoder:
    """Token ids to vectors. Immutable after construction; inference only.

    `scripted` tells whether the pass is one call; else it is slower beside other threads.
    """

    def __init__(
        self, folder: Path, dtype: torch.dtype, tuned: Mapping[str, Tensor] | None = None
    ) -> None:
        """Read the weights of a folder that `fits`, and compute in `dtype`.

        `tuned` stand in the place of the folder's, by name; matrices may be in 8 bits (`SCALES`), and
        then `dtype` must be float32.
        """
        config = _read(folder / "config.json")
        weights = {**dict(_weights(folder)), **(tuned or {})}
        tensors = {k: v.to(dtype) if v.is_floating_point() else v for k, v in weights.items()}
        self.dimensions = int(config["hidden_size"])
        self._forward = _scripted(_Bert(tensors, config).eval())
        self.scripted = isinstance(self._forward, torch.jit.ScriptModule)
        with torch.inference_mode():
            for _ in range(_PASSES_UNTIL_COMPILED):
                self([[0], [0, 0]])

    def __call__(self, texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Encode texts of token ids (one at least each): (n, dim) and (b, dim) float32, unit rows.

        The first are the vectors of all tokens, one text after another; the second, the texts'.
        """
        ids = torch.tensor([one for text in texts for one in text])
        return self._forward(ids, torch.tensor([len(text) for text in texts]))


def _scripted(network: _Bert) -> _Forward:
    """The network as one call, where this Python can have it; else as it is, only slower."""
    try:
        with warnings.catch_warnings():
            # Deprecated for torch.compile, which needs a compiler on the customer's machine.
            warnings.simplefilter("ignore", DeprecationWarning)
            scripted: _Forward = torch.jit.freeze(torch.jit.script(network))
            return scripted
    except Exception as error:  # a Python too new for it: whatever breaks there, this need not
        log.info("the embedding model runs unscripted: %s", error)
        return network


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _weights(folder: Path) -> list[tuple[str, Tensor]]:
    loaded = load_file(folder / "model.safetensors")
    return [(name.removeprefix("bert."), tensor) for name, tensor in loaded.items()]


def _linear(tensors: Mapping[str, Tensor], *names: str) -> nn.Module:
    """One linear map from several that read the same input (query, key and value at once)."""
    weight = torch.cat([tensors[f"{name}.weight"] for name in names]).contiguous()
    bias = torch.cat([tensors[f"{name}.bias"] for name in names]).contiguous()
    fbgemm = "fbgemm" in torch.backends.quantized.supported_engines
    if weight.dtype is torch.int8:
        scales = torch.cat([tensors[f"{name}.weight{SCALES}"] for name in names])
        if fbgemm and _multiplies_eight_bits():
            return _EightBitLinear(weight, scales, bias)
        weight = weight.to(bias.dtype) * scales[:, None]
    packs = fbgemm and weight.dtype is torch.float32
    return (_PackedLinear if packs else _PlainLinear)(weight, bias)


def _multiplies_eight_bits() -> bool:
    """Whether the processor does, by what FBGEMM knows; others take as long as with floats."""
    return bool(torch.cpu.get_capabilities().get("avx512_vnni"))


def _norm(tensors: Mapping[str, Tensor], name: str, epsilon: float) -> _Norm:
    return _Norm(tensors[f"{name}.weight"], tensors[f"{name}.bias"], epsilon)
