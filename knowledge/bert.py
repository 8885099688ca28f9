"""A BERT encoder in plain torch, read from a sentence-transformers folder.

Why not the library's own class: importing sentence-transformers and transformers takes three times
as long as importing torch, and their per-call overhead is most of the time of one short question.
`knowledge/minilm.py` falls back to them for every model that is not exactly this shape; a test
holds the two to the same vectors.

Sources: Devlin et al., BERT (arXiv 1810.04805); mean pooling after Reimers & Gurevych,
Sentence-BERT (arXiv 1908.10084).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

_Linear = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class _PlainLinear:
    weight: Tensor
    bias: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight, self.bias)


class _PackedLinear:
    """Weights kept in float16 and multiplied in float32 (FBGEMM, Khudia et al., arXiv 2101.05615).

    One question's time is that of reading the weights: half as many bytes take about half as long,
    and the vectors stay the same (cosine to those of float32 weights: 0.9999995 at least).
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self._packed = torch.ops.quantized.linear_prepack_fp16(weight, bias)

    def __call__(self, x: Tensor) -> Tensor:
        found: Tensor = torch.ops.quantized.linear_dynamic_fp16(x, self._packed)
        return found


@dataclass(frozen=True)
class _Norm:
    weight: Tensor
    bias: Tensor
    epsilon: float

    def __call__(self, x: Tensor) -> Tensor:
        return functional.layer_norm(x, (x.shape[-1],), self.weight, self.bias, self.epsilon)


@dataclass(frozen=True)
class _Layer:
    query_key_value: _Linear
    attended: _Linear
    attended_norm: _Norm
    widened: _Linear
    narrowed: _Linear
    output_norm: _Norm


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
    """Token ids to token outputs. Immutable after construction; inference only."""

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        """Read the weights of a folder that `fits`, and compute in `dtype`."""
        config = _read(folder / "config.json")
        tensors = {k: v.to(dtype) if v.is_floating_point() else v for k, v in _weights(folder)}
        self.dimensions = int(config["hidden_size"])
        self._heads = int(config["num_attention_heads"])
        epsilon = float(config["layer_norm_eps"])
        self._words = tensors["embeddings.word_embeddings.weight"]
        # Only ever one text a sequence: the first token type is a constant added to each position.
        self._places = (
            tensors["embeddings.position_embeddings.weight"]
            + tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self._first_norm = _norm(tensors, "embeddings.LayerNorm", epsilon)
        self._layers = tuple(
            _layer(tensors, f"encoder.layer.{n}.", epsilon)
            for n in range(int(config["num_hidden_layers"]))
        )

    def __call__(self, ids: Tensor, mask: Tensor | None) -> Tensor:
        """Encode `ids` (b, t) int64 to (b, t, dim) in the encoder's dtype.

        `mask` is (b, t) bool, True for real tokens; None when nothing is padded.
        """
        batch, length = ids.shape
        x = self._first_norm(functional.embedding(ids, self._words) + self._places[:length])
        # Added to the attention scores: nothing for real tokens, minus infinity for padding.
        bias = None
        if mask is not None:
            bias = torch.zeros(mask.shape, dtype=x.dtype).masked_fill_(~mask, float("-inf"))
            bias = bias[:, None, None, :]
        for layer in self._layers:
            heads = layer.query_key_value(x).view(batch, length, 3, self._heads, -1)
            query, key, value = heads.permute(2, 0, 3, 1, 4)
            # Spelled out: at these sizes two to three times faster on a CPU than torch's fused one.
            scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2)
            attended = (scores if bias is None else scores.add_(bias)).softmax(-1) @ value
            joined = attended.transpose(1, 2).reshape(batch, length, self.dimensions)
            x = layer.attended_norm(x + layer.attended(joined))
            x = layer.output_norm(x + layer.narrowed(functional.gelu(layer.widened(x))))
        return x


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _weights(folder: Path) -> list[tuple[str, Tensor]]:
    loaded = load_file(folder / "model.safetensors")
    return [(name.removeprefix("bert."), tensor) for name, tensor in loaded.items()]


def _linear(tensors: Mapping[str, Tensor], *names: str) -> _Linear:
    """One linear map from several that read the same input (query, key and value at once)."""
    weight = torch.cat([tensors[f"{name}.weight"] for name in names]).contiguous()
    bias = torch.cat([tensors[f"{name}.bias"] for name in names]).contiguous()
    packs = weight.dtype is torch.float32 and "fbgemm" in torch.backends.quantized.supported_engines
    return (_PackedLinear if packs else _PlainLinear)(weight, bias)


def _norm(tensors: Mapping[str, Tensor], name: str, epsilon: float) -> _Norm:
    return _Norm(tensors[f"{name}.weight"], tensors[f"{name}.bias"], epsilon)


def _layer(tensors: Mapping[str, Tensor], at: str, epsilon: float) -> _Layer:
    inner = f"{at}attention.self."
    return _Layer(
        query_key_value=_linear(tensors, f"{inner}query", f"{inner}key", f"{inner}value"),
        attended=_linear(tensors, f"{at}attention.output.dense"),
        attended_norm=_norm(tensors, f"{at}attention.output.LayerNorm", epsilon),
        widened=_linear(tensors, f"{at}intermediate.dense"),
        narrowed=_linear(tensors, f"{at}output.dense"),
        output_norm=_norm(tensors, f"{at}output.LayerNorm", epsilon),
    )
