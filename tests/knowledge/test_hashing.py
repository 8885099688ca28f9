import numpy as np
from numpy.testing import assert_allclose

from knowledge.hashing import HashEmbedder


def test_vectors_have_unit_length_and_spans_point_at_their_words() -> None:
    text = "How do I return my Order?"
    encoded = HashEmbedder().encode([text])[0]
    assert_allclose(np.linalg.norm(encoded.pooled), 1.0, rtol=1e-5)
    assert_allclose(np.linalg.norm(encoded.tokens, axis=1), 1.0, rtol=1e-5)
    words = [text[start:end] for start, end in encoded.spans]
    assert words == ["How", "do", "I", "return", "my", "Order"]


def test_texts_that_share_words_are_nearer_than_texts_that_do_not() -> None:
    question, near, far = HashEmbedder().encode(
        ["return an order", "Orders can be returned: return the order", "battery of the phone"]
    )
    assert question.pooled @ near.pooled > question.pooled @ far.pooled + 0.2


def test_an_empty_text_still_has_a_unit_vector_and_no_tokens() -> None:
    encoded = HashEmbedder(64).encode([""])[0]
    assert encoded.tokens.shape == (0, 64)
    assert encoded.spans.shape == (0, 2)
    assert_allclose(np.linalg.norm(encoded.pooled), 1.0, rtol=1e-5)


def test_long_texts_are_cut_for_encoding_but_counted_whole() -> None:
    embedder = HashEmbedder()
    text = "word " * 1000
    assert len(embedder.encode([text])[0].tokens) == 256
    assert embedder.count_tokens([text]) == [1000]
