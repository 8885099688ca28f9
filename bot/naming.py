"""Which article a conversation names: "the Kymmoy it is" is about the article "Kymmoy".

A title counts as named when a text holds most of its words, each weighing as much as it is rare
among the titles ("house" names nothing where every title has it), and one of them belongs to that
article: a word that many articles use ("usage", "vpn") is a subject, not a name.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from knowledge import words
from knowledge.keywords import KeywordIndex
from knowledge.snapshot import Snapshot

_HEADING_MARK: Final = " › "
# Of a title's weight that a text must hold. Fitted by hand on three sets of follow-ups: from .6 to
# .8 the right article comes first about as often; lower, common words name articles by chance.
_NAMED_FROM: Final = 0.7
_MAX_NAMED: Final = 3  # "the Kymmoy or the Nandos": more than three are a list, not a subject
_MAX_CHARS: Final = 600  # of a turn
# A word in more titles than this tells none of them apart; it counts, but names none by itself.
_COMMON_WORD: Final = 2000
# A name stands in no more passages than three articles have: what more speak of is a subject.
_ARTICLES_OF_A_NAME: Final = 3.0
# Of the passages that hold a name at least this share stands under a title or heading with it.
_OWN_SHARE: Final = 0.5
_SNAPSHOTS_IN_MEMORY: Final = 2  # the one that serves and the one before it


class Titles:
    """The titles of a snapshot's articles, to be recognised in what is said. Immutable."""

    def __init__(self, titles: Iterable[str], is_name: Callable[[str], bool] | None = None) -> None:
        """Know `titles`; `is_name` tells whether a word is a title's own (None: each is)."""
        self._is_name = is_name or bool
        self._titles = list(dict.fromkeys(title for title in titles if title))
        self._words = [_naming_words(title) for title in self._titles]
        self._of: dict[str, list[int]] = defaultdict(list)
        for number, held in enumerate(self._words):
            for word in held:
                self._of[word].append(number)
        count = len(self._titles)
        self._idf = {w: math.log((count + 1) / (len(at) + 0.5)) for w, at in self._of.items()}

    def named_in(self, text: str) -> tuple[str, ...]:
        """Return up to three titles that `text` names, the surest first.

        A title is left out when all its words found belong to titles already named.
        """
        said = frozenset(words.split(text[:_MAX_CHARS]))
        telling = [word for word in said if 0 < len(self._of.get(word, ())) <= _COMMON_WORD]
        found = []
        for number in {number for word in telling for number in self._of[word]}:
            held = self._weight(self._words[number] & said)
            share = held / self._weight(self._words[number])
            if share >= _NAMED_FROM and any(map(self._is_name, self._words[number] & said)):
                found.append((share * held, number))
        named: list[str] = []
        taken: set[str] = set()
        for _, number in sorted(found, key=lambda one: (-one[0], one[1])):
            own = self._words[number] & said
            if not own <= taken:
                taken |= own
                named.append(self._titles[number])
        return tuple(named[:_MAX_NAMED])

    def last_named(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return the titles named in the last of `texts` that names any."""
        return next((named for text in reversed(texts) if (named := self.named_in(text))), ())

    def _weight(self, held: Iterable[str]) -> float:
        return sum(self._idf[word] for word in held)


def titles_of(snapshot: Snapshot) -> Titles:
    """Return the titles of an open snapshot's articles; read once for each."""
    return _read(snapshot)


@lru_cache(maxsize=_SNAPSHOTS_IN_MEMORY)
def _read(snapshot: Snapshot) -> Titles:
    count = snapshot.manifest.passage_count
    most = _ARTICLES_OF_A_NAME * count / max(1, snapshot.manifest.article_count)

    def holding(index: KeywordIndex, word: str) -> float:
        """The passages that hold a word, from its IDF: log(1 + (count - n + .5) / (n + .5))."""
        rarity = index.rarity(word)
        return 0.0 if rarity is None else (count + 1) / math.exp(rarity) - 0.5

    def is_name(word: str) -> bool:
        under = holding(snapshot.finder.titles, word)
        anywhere = holding(snapshot.finder.body, word)
        return 0 < anywhere <= most and under >= _OWN_SHARE * anywhere

    titles = (line.split(_HEADING_MARK, 1)[0] for line in snapshot.heading_vectors())
    return Titles(titles, is_name)


def _naming_words(title: str) -> frozenset[str]:
    return frozenset(w for w in words.split(title) if len(w) > 1 and not words.is_function_word(w))
