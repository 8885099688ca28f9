import pytest

from evals.retrieval import hit_at, ndcg, paired_bootstrap, reciprocal_rank


def test_a_gold_article_counts_from_its_rank_on() -> None:
    assert [hit_at(["a", "b", "c"], {"b"}, k) for k in (1, 2, 3)] == [0.0, 1.0, 1.0]
    assert reciprocal_rank(["a", "b", "c"], {"b", "c"}) == 0.5
    assert reciprocal_rank([str(n) for n in range(20)], {"15"}) == 0.0


def test_ndcg_is_one_for_the_best_order_and_falls_with_rank() -> None:
    assert ndcg(["a", "b", "x"], {"a", "b"}) == pytest.approx(1.0)
    assert 0 < ndcg(["x", "a", "b"], {"a", "b"}) < 1
    assert ndcg(["x"], {"a"}) == 0.0
    assert ndcg([], set()) == 0.0


def test_the_bootstrap_tells_a_real_difference_from_none() -> None:
    clear = paired_bootstrap([1.0] * 90 + [0.0] * 10, [0.0] * 100)
    assert clear.mean == pytest.approx(0.9)
    assert clear.low > 0.8
    none = paired_bootstrap([1.0, 0.0] * 50, [0.0, 1.0] * 50)
    assert none.low < 0 < none.high
    assert paired_bootstrap([1.0, 0.0] * 50, [0.0, 1.0] * 50) == none
