"""Where does it say that? The source of the bot's last answer, with the sentences it quoted."""

import re
from collections.abc import Iterable
from typing import Final

from bot import grounding, rendering
from bot.answers import Answer
from bot.dialogue import Citation, Decision, Dialogue, ReplySentence, Speaker, Turn
from knowledge.articles import ArticleId
from knowledge.passages import SentenceKind
from knowledge.snapshot import Snapshot

_MAX_QUOTED: Final = 3  # sentences; the whole answer stands above already
_MIN_CHARS: Final = 12  # shorter sentences stand in many articles
_MAX_CHARS: Final = 120  # of a message that asks for nothing but the source

_SOFTLY: Final = (
    r"(?:\W|\b(?:ok(?:ay)?|and|but|so|hm+|sorry|please|thanks|exactly|really|und|aber|et|mais|y|pero|e|ma|"
    r"en|maar|a|i|ale|bitte|genau|denn)\b)*"
)
_THAT: Final = r"(?:that|this|it|so|all that|all this)"
_ASKS_FOR_THE_SOURCE: Final = re.compile(
    _SOFTLY
    + r"(?:"
    + rf"where (?:does|did|do) (?:it|they|you|the \w+|your \w+) (?:say|state|get|find|read|take) ?{_THAT}?(?: from)?"
    rf"|where (?:is|was|'s) {_THAT} (?:from|written|stated|said|documented|described)"
    rf"|where (?:can|do) i (?:read|find|see|check|verify) {_THAT}(?: (?:up|myself|for myself|in writing))?"
    r"|(?:what|which|where|who)(?:'s| is| are| was)? (?:the |your |that |this )*(?:sources?|references?)"
    r"(?: for (?:that|this|it))?"
    rf"|which (?:article|page|document) (?:is|was|says|said) {_THAT}(?: (?:from|in))?"
    r"|(?:can|could|will) you (?:show|give|send|tell|link|quote) (?:me )?(?:to )?(?:the|a|your) "
    rf"(?:sources?|links?|articles?|pages?|references?|passage)(?: (?:for|of|to) {_THAT})?"
    r"|(?:do|have) you (?:have|got) (?:a|the|any) (?:sources?|links?|references?)(?: for (?:that|this|it))?"
    rf"|(?:sources?|references?|says who|who says {_THAT}|how do you know(?: {_THAT})?|are you (?:really )?sure"
    rf"(?: (?:about|of) {_THAT})?|is (?:that|this) (?:really )?(?:official|true|certain|for sure))"
    r"|wo steht (?:das|es|dies)(?: genau)?|quelle|woher (?:wissen|weißt|haben|hast) (?:sie|du) das"
    r"|(?:sind|bist) (?:sie|du) (?:sich )?(?:da )?sicher"
    r"|où est-ce (?:écrit|marqué|dit|indiqué)|où (?:avez-vous|as-tu) (?:lu|trouvé|vu) (?:ça|cela)"
    r"|(?:quelle est )?(?:la |votre )?source|(?:vous êtes|tu es|êtes-vous) sûre?s?"
    r"|dónde (?:lo )?(?:dice|pone|está escrito)(?: eso)?|(?:cuál es )?(?:la )?fuente|está(?:s)? segur[oa]"
    r"|dove (?:lo )?(?:dice|è scritto|sta scritto)|(?:qual è )?la fonte|(?:è|sei) sicur[oa]"
    r"|onde (?:é que )?(?:diz|está escrito)(?: isso)?|(?:qual (?:é )?)?a fonte|tem a certeza"
    r"|waar staat (?:dat|het)|(?:wat is )?(?:de )?bron|weet (?:je|u) (?:het|dat) zeker"
    r"|gdzie (?:to )?(?:jest napisane|pisze)|(?:jakie jest )?źródło"
    r")" + _SOFTLY,
    re.IGNORECASE,
)


def shown_again(dialogue: Dialogue) -> Turn | None:
    """Return the answer whose source the last message asks for; None when it asks something else.

    That is the bot's last answer, with nothing between but small talk and the customer's words.
    """
    text = dialogue.question.strip().replace("’", "'")
    if len(text) > _MAX_CHARS or not _ASKS_FOR_THE_SOURCE.fullmatch(text):
        return None
    for turn in reversed(dialogue.turns[:-1]):
        if turn.speaker is Speaker.BOT and turn.decision is not Decision.SMALLTALK:
            return turn if turn.decision is Decision.ANSWER else None
    return None


def source_of(answer: Turn, snapshot: Snapshot, articles: Iterable[str]) -> Answer:
    """Return the sentences of `answer` that stand in the snapshot, with their citations.

    Looked for in the articles the turn cited, then in `articles`; the first that holds any counts.
    Empty when none does: the article has changed since.
    """
    said = rendering.fold_space(answer.text)
    for name in dict.fromkeys([*answer.articles, *articles]):
        article = snapshot.article(ArticleId(name))
        if article is None:
            continue
        found: dict[tuple[int, int], SentenceKind] = {}
        for passage in snapshot.passages(article.id):
            for sentence in passage.sentences:
                quote = article.text[sentence.start : sentence.end]
                shown = rendering.fold_space(quote)
                if sentence.kind is not SentenceKind.HEADING and _is_in(shown, said):
                    found[sentence.start, sentence.end] = sentence.kind
        if not found:
            continue
        spans = sorted(found)[:_MAX_QUOTED]
        citations = tuple(
            Citation(article.id, article.title, article.url, article.text[a:b], a, b)
            for a, b in spans
        )
        sentences = tuple(
            ReplySentence(rendering.shown(c.quote, found[c.start, c.end]), at)
            for at, c in enumerate(citations)
        )
        grounding.check(sentences, citations, snapshot.article)
        text = "\n\n".join(f"> {rendering.fold_space(s.text)}" for s in sentences)
        return Answer(sentences, citations, text)
    return Answer()


def _is_in(sentence: str, said: str) -> bool:
    return len(sentence) >= _MIN_CHARS and sentence in said
