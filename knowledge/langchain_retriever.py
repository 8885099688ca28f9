"""Our search as a LangChain retriever, so that it fits other people's chains."""

from collections.abc import Callable
from typing import Annotated

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, SkipValidation

from knowledge.contents import Snapshot
from knowledge.embedding import Embedder
from knowledge.errors import NoSnapshot
from knowledge.search import Filters, Hit


class WarmlineRetriever(BaseRetriever):
    """Finds passages in whatever snapshot is served when it is asked.

    `snapshot` gives the snapshot in service, as `ServedSnapshot.get` does. Each document is a
    passage as the article's own text has it; its metadata hold `article`, `title`, `heading`,
    `url`, `passage`, `start` and `end` (code points in the article's text), `score` and `snapshot`.
    Raises NoSnapshot when nothing is published, SnapshotMismatch for another embedder's snapshot.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    snapshot: Callable[[], Snapshot | None]
    # Embedder is a Protocol, which pydantic cannot check values against.
    embedder: Annotated[Embedder, SkipValidation]
    limit: int = 5
    filters: Filters | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 (LangChain names it)
    ) -> list[Document]:
        served = self.snapshot()
        if served is None:
            raise NoSnapshot("Nothing is published yet. Run `warmline ingest` first.")
        findings = served.search(
            query, self.embedder, limit_articles=self.limit, filters=self.filters
        )
        return [_document(served, hit) for hit in findings.hits[: self.limit]]


def _document(snapshot: Snapshot, hit: Hit) -> Document:
    passage = hit.passage
    article = snapshot.article(passage.article)
    assert article is not None
    return Document(
        page_content=article.text[passage.start : passage.end],
        metadata={
            "article": passage.article,
            "title": passage.title,
            "heading": passage.heading,
            "url": article.url,
            "passage": passage.id,
            "start": passage.start,
            "end": passage.end,
            "score": hit.score,
            "snapshot": snapshot.generation,
        },
    )
