import pytest

from knowledge.articles import ArticleId
from knowledge.errors import NoSnapshot
from knowledge.hashing import HashEmbedder
from knowledge.langchain_retriever import WarmlineRetriever
from knowledge.search import Filters
from knowledge.snapshot import Snapshot


def test_documents_are_passages_with_their_place(snapshot: Snapshot) -> None:
    retriever = WarmlineRetriever(snapshot=lambda: snapshot, embedder=HashEmbedder(), limit=2)
    documents = retriever.invoke("how long does a refund take")
    assert len(documents) == 2
    best = documents[0]
    assert best.metadata["article"] == "refunds.md"
    stored = snapshot.article(ArticleId("refunds.md"))
    assert stored is not None
    assert stored.text[best.metadata["start"] : best.metadata["end"]] == best.page_content


def test_filters_are_kept(snapshot: Snapshot) -> None:
    none = WarmlineRetriever(
        snapshot=lambda: snapshot, embedder=HashEmbedder(), filters=Filters(product="none")
    )
    assert none.invoke("refund") == []


def test_asking_before_the_first_publish_says_what_to_do() -> None:
    retriever = WarmlineRetriever(snapshot=lambda: None, embedder=HashEmbedder())
    with pytest.raises(NoSnapshot, match="warmline ingest"):
        retriever.invoke("refund")
