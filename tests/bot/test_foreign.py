from pathlib import Path

import pytest

from bot.foreign import is_foreign
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import FolderStore, Snapshot
from tests.knowledge.small import article, build


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """English and German articles, and one whose language nothing tells."""
    english = article("returns.md", "Returns", "You can return the lamp to us in thirty days.")
    german = article("konto.md", "Konto", "So löschen Sie das Konto bei uns, und das ist schnell.")
    codes = article("codes.md", "Codes", "E-104 X200.")
    store = FolderStore(tmp_path_factory.mktemp("kb"))
    return store.open(store.publish(build([english, german, codes])))


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        pytest.param("How do I return a lamp?", False, id="english"),
        pytest.param("pancake recipes please", False, id="english-about-something-else"),
        pytest.param("Wo ist der Pfannkuchen, und was ist das?", False, id="german"),
        pytest.param("Où est ma commande, et quand est-ce que je la reçois ?", True, id="french"),
        pytest.param("注文をキャンセルできますか", True, id="japanese"),
        pytest.param("怎么退货", True, id="chinese"),
        pytest.param("متى تصل أموالي؟", True, id="arabic"),
        pytest.param("Как вернуть заказ?", True, id="russian"),
        pytest.param("E-104 X200 が", False, id="words-of-the-articles-in-other-letters"),
    ],
)
def test_a_message_is_foreign_where_no_article_speaks_its_language(
    snapshot: Snapshot, text: str, foreign: bool
) -> None:
    findings = snapshot.search(text, HashEmbedder())
    assert is_foreign(snapshot, findings) is foreign


@pytest.mark.parametrize(
    ("article_text", "text"),
    [
        pytest.param(
            "So löschen Sie das Konto bei uns, und das ist schnell.",
            "Pfannkuchen Rezept",
            id="german-without-function-words",
        ),
        pytest.param(
            "So löschen Sie das Konto bei uns, und das ist schnell.",
            "asdf qwer zxcv",
            id="keyboard",
        ),
        pytest.param(
            "返品は三十日以内にできます。返金は五日かかります。", "今日の天気は？", id="japanese"
        ),
        pytest.param(
            "Вы можете вернуть лампу в течение тридцати дней.", "Рецепт блинов", id="russian"
        ),
        pytest.param("您可以在三十天内退货。退款将在五天内到账。", "讲个笑话", id="chinese"),
        pytest.param(
            "E-104 X200 reset.", "pancake recipes please", id="articles-of-no-known-language"
        ),
        pytest.param(
            "You can return the lamp to us in thirty days.",
            "ＰＡＮＣＡＫＥ ＲＥＣＩＰＥ",
            id="full-width",
        ),
        pytest.param("You can return the lamp to us in thirty days.", "Anna Kowalska", id="name"),
        pytest.param("You can return the lamp to us in thirty days.", "K-77 Z9000", id="codes"),
    ],
)
def test_who_writes_as_the_articles_do_is_never_foreign(
    tmp_path: Path, article_text: str, text: str
) -> None:
    store = FolderStore(tmp_path)
    only = store.open(store.publish(build([article("only.md", "", article_text)])))
    assert not is_foreign(only, only.search(text, HashEmbedder()))


def test_where_nothing_was_searched_nothing_is_foreign(snapshot: Snapshot) -> None:
    assert not is_foreign(None, None)
    assert not is_foreign(snapshot, snapshot.search("?!", HashEmbedder()))
