import pytest

from bot.foreign import is_foreign
from bot.language import spoken
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
    assert is_foreign(spoken(text, None), snapshot, findings) is foreign


def test_where_nothing_was_searched_nothing_is_foreign(snapshot: Snapshot) -> None:
    assert not is_foreign("ja", None, None)
    assert not is_foreign("ja", snapshot, snapshot.search("?!", HashEmbedder()))
