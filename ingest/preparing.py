"""From files to articles with their passages: what the reading side of a run does, file by file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.intake import Found, Intaken, intake
from ingest.passages import PASSAGE_RULES, CountTokens, cut
from ingest.report import Problem, Severity
from ingest.state import FileMemory, Memory
from knowledge.articles import Article, ArticleId, Status
from knowledge.passages import Passage
from knowledge.snapshot import Snapshot


@dataclass(frozen=True)
class CutArticle:
    """An article to serve, and its passages; None says that it stays as the former snapshot has it."""

    article: Article
    passages: tuple[Passage, ...] | None


@dataclass(frozen=True)
class Prepared:
    """One file: the articles to serve, what to say about it, and what to remember of it."""

    key: str
    articles: tuple[CutArticle, ...]
    problems: tuple[Problem, ...]
    memory: FileMemory | None


class Preparer:
    """Reads files and cuts their articles; decides which are served. For one thread."""

    def __init__(
        self,
        former: Snapshot | None,
        memory: Memory,
        count_tokens: CountTokens,
        *,
        can_keep: bool = False,
    ) -> None:
        """Reuse what `former` holds and `memory` knows to be unchanged.

        `can_keep` lets articles of `former` stay as they are, passages, vectors and all.
        """
        self._former = former
        self._memory = memory
        self._count_tokens = count_tokens
        self._can_keep = can_keep
        same_rules = former is not None and former.manifest.passage_rules == PASSAGE_RULES
        self._reusable = former if same_rules else None
        self._served_as: dict[tuple[str, str], ArticleId] = {}

    def prepare(self, files: Sequence[Found]) -> Iterator[Prepared]:
        """Prepare files in order, one at a time, as they are asked for."""
        for taken in intake(files, self._memory, self._former_article):
            yield self._prepared(taken)

    def _prepared(self, taken: Intaken) -> Prepared:
        problems = list(taken.problems)
        served: list[CutArticle] = []
        for article in taken.articles:
            reason = self._objection(article)
            passages = () if reason else self._passages(article, taken.unchanged)
            if reason is None and passages == ():
                reason = "no sentence in it can be quoted"
            if reason:
                problems.append(Problem(article.id, Severity.SKIPPED, reason))
            else:
                served.append(CutArticle(article, passages))
        # A file is only remembered when all of it is served: the others are cheap to read again,
        # and what decides about them (a twin elsewhere) may change without them.
        whole = len(served) == len(taken.articles) and bool(served)
        return Prepared(taken.key, tuple(served), tuple(problems), taken.memory if whole else None)

    def _objection(self, article: Article) -> str | None:
        if article.status is not Status.PUBLISHED:
            return f"{article.status.value}, so not served"
        twin = self._served_as.setdefault((article.title, article.text), article.id)
        return None if twin == article.id else f"the same text as {twin}, which is served"

    def _passages(self, article: Article, unchanged: bool) -> tuple[Passage, ...] | None:
        if self._reusable is not None and (unchanged or self._is_known(article)):
            return None if self._can_keep else tuple(self._reusable.passages(article.id))
        return tuple(cut(article, self._count_tokens))

    def _is_known(self, article: Article) -> bool:
        return self._former_article(article.id) == article

    def _former_article(self, article: ArticleId) -> Article | None:
        return self._former.article(article) if self._former else None
