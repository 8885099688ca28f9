"""A few articles as material for worded answers."""

from pathlib import Path

from bot.wording.sources import Material, number
from knowledge.articles import ArticleId
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import Snapshot
from tests.bot import publishing

ARTICLES = {
    "returns.md": "# Returns\n\nYou may return almost anything within **30 days** of delivery, for any "
    "reason. Members have 60 days. Opened earbuds cannot be returned.\n\n"
    "The price promise does not apply to:\n\n- prices at other shops;\n- clearance products.\n",
    "delivery.md": "# Delivery\n\nStandard delivery costs £4.95, or nothing for orders over £40. It takes "
    "3–5 working days. Write to help@lamps.example if it is late.\n\n"
    "| Country | Carrier |\n|---|---|\n| Norway | Alpexa |\n| Spain | Postillo |\n",
    "rueckgabe.md": "# Rückgabe\n\nDie Rückgabe ist innerhalb von 30 Tagen möglich. Geöffnete Kopfhörer "
    "nehmen wir nicht zurück.\n",
    "palautus.md": "# Palautus\n\nVoit palauttaa tuotteen 30 päivän kuluessa toimituksesta. Avattuja "
    "kuulokkeita emme ota takaisin.\n",
}


def publish(folder: Path) -> Snapshot:
    """Publish the articles with the quick embedder."""
    return publishing.publish(folder, ARTICLES, HashEmbedder())


def material_of(snapshot: Snapshot, *articles: str) -> Material:
    """All passages of some articles, numbered in order."""
    passages = [p for article in articles for p in snapshot.passages(ArticleId(article))]
    return Material("", number(snapshot, passages), ArticleId(articles[0]))
