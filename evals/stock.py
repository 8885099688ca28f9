"""The stock pipeline that everybody starts with: LangChain's usual parts, as its users run them.

RecursiveCharacterTextSplitter 1000/200, all-MiniLM-L6-v2 through sentence-transformers in float32,
`langchain_community`'s FAISS.
"""

from typing import Any

import faiss
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from knowledge.minilm import packaged_folder
from knowledge.vectors import Floats


class StockEmbeddings(Embeddings):
    """The model as LangChain users run it: sentence-transformers, float32."""

    def __init__(self) -> None:
        """Load the packaged model through sentence-transformers."""
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        quiet: Any = logging
        quiet.disable_progress_bar()
        self._model = SentenceTransformer(str(packaged_folder()), device="cpu")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts in their order."""
        found = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return [[float(value) for value in row] for row in found]

    def embed_query(self, text: str) -> list[float]:
        """Embed one text."""
        return self.embed_documents([text])[0]


def stock_index(rows: Floats, embeddings: Embeddings) -> Any:
    """A vector store of `langchain_community` over (n, dim) rows at hand, its texts left empty.

    It is the flat index that `FAISS.from_texts` makes; only the embedding of texts is spared.
    """
    from langchain_community.docstore.in_memory import InMemoryDocstore
    from langchain_community.vectorstores import FAISS

    index: Any = faiss.IndexFlatL2(rows.shape[1])
    index.add(rows)
    names = {row: str(row) for row in range(len(rows))}
    texts = InMemoryDocstore({name: Document("") for name in names.values()})
    return FAISS(embeddings, index, texts, names)
