"""The words of a text as closeness, facts and negation see them: stems, places, what carries meaning."""

import re
from dataclasses import dataclass
from typing import Final

from bot.wording.facts import NUMBER_WORDS, plain
from knowledge import words

# Words that say nothing by themselves: what turns a sense round is looked at in `negation`, what
# counts in `facts`. Search's own list of function words is shorter, since it must not lose any.
_LIGHT: Final = frozenset([
    "a", "an", "the", "this", "that", "these", "those", "i", "me", "my", "mine", "we", "us",
    "our", "ours", "you", "your", "yours", "he", "him", "his", "she", "her", "it", "its",
    "they", "them", "their", "theirs", "who", "whom", "whose", "which", "what", "where", "when",
    "why", "how", "there", "here", "someone", "somebody", "something", "anyone", "anybody",
    "anything", "one", "ones", "other", "others", "another", "each", "both", "some", "any",
    "all", "every", "such", "own", "same", "am", "is", "are", "was", "were", "be", "been",
    "being", "do", "does", "did", "done", "doing", "have", "has", "had", "having", "can",
    "could", "will", "would", "shall", "should", "may", "might", "must", "ought", "need",
    "needs", "get", "gets", "got", "go", "goes", "make", "makes", "let", "lets", "want",
    "wants", "of", "in", "on", "at", "by", "for", "from", "to", "into", "onto", "out", "up",
    "down", "over", "under", "off", "with", "within", "without", "about", "as", "against",
    "between", "through", "during", "before", "after", "until", "till", "since", "upon", "via",
    "per", "than", "then", "and", "or", "but", "nor", "so", "yet", "if", "unless", "because",
    "while", "although", "though", "whether", "however", "therefore", "not", "no", "never",
    "none", "cannot", "more", "most", "much", "many", "less", "least", "few", "fewer", "only",
    "also", "too", "very", "just", "even", "still", "already", "again", "once", "soon", "quite",
    "rather", "please", "simply", "able", "possible", "instead", "besides", "single", "certain",
    "following", "see", "sees", "seen", "look", "looks", "keep", "keeps", "everything",
    "nothing", "nobody", "cost", "costs", "count", "counts", "belong", "belongs", "consist",
    "consists", "use", "uses", "used", "using", "find", "finds", "show", "shows", "shown",
    "come", "comes", "came", "mean", "means", "apply", "applies", "work", "works", "long",
    "way",
])  # fmt: skip
PRONOUNS: Final = frozenset([
    "it", "its", "they", "them", "their", "this", "that", "these", "those", "one", "ones", "he",
    "she", "him", "her", "there", "er", "sie", "es", "ihn", "il", "elle", "ils", "elles", "le",
    "la", "lo", "los", "las",
])  # fmt: skip
_WORD: Final = re.compile(r"\b[^\W\d_]-[^\W\d_]+|[^\W_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True)
class Word:
    """A word of a text: `text[start:end]`; `surface` is folded, `carries` false for function words."""

    surface: str
    stem: str
    start: int
    end: int
    carries: bool


def read(text: str, language: str) -> tuple[Word, ...]:
    """Read the words of a text, with their places in it; "e-mail" is one word, "sign-in" two."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        for surface, start, end in _parts(match.group(), match.start()):
            empty = surface in NUMBER_WORDS or surface in _LIGHT
            if language != "english":  # where many languages' function words are content
                empty = empty or words.is_function_word(surface)
            carries = surface.isalpha() and not (empty or surface.endswith("n't"))
            found.append(Word(surface, words.stem(surface, language), start, end, carries))
    return tuple(found)


def _parts(piece: str, start: int) -> list[tuple[str, int, int]]:
    """A piece's words with their places: pairs of characters in scripts without spaces."""
    surface = plain(piece).lower()
    if surface.endswith("n't"):
        return [(surface, start, start + len(piece))]
    surface = surface.removesuffix("'s").replace("-", "")
    pairs = words.split(surface)
    if len(pairs) > 1 and len(piece) > 2 and surface.isalpha() and "".join(pairs) != surface:
        return [(pair, start + n, start + n + 2) for n, pair in enumerate(pairs)]
    return [(surface.split("'")[-1], start, start + len(piece))]
