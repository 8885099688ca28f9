from dataclasses import replace
from pathlib import Path

from knowledge.articles import Article
from knowledge.manifest import read
from knowledge.snapshot import FolderStore
from knowledge.word_rows import split_all
from tests.knowledge.small import article, build


def test_an_index_made_from_the_former_one_is_the_index_made_anew(
    tmp_path: Path, articles: list[Article]
) -> None:
    store = FolderStore(tmp_path / "snapshots")
    former = store.open(store.publish(build([*articles, article("old.md", "Old", "Gone words.")])))
    now = [
        replace(articles[0], text="Envoyez le colis avec notre étiquette et pas sans elle."),
        article("new.md", "Something new", "A parcel that nobody had. The label is new."),
        *articles[1:],
    ]
    after = tmp_path / "snapshots" / store.publish(build(now, former))
    anew = FolderStore(tmp_path / "anew")
    fresh = tmp_path / "anew" / anew.publish(build(now))
    sums = {name: total for name, total in read(after).checksums.items() if "words/" in name}
    assert len(sums) == 27
    assert sums == {name: read(fresh).checksums[name] for name in sums}


def test_a_text_that_the_former_index_holds_is_taken_from_there() -> None:
    former = split_all(["the late parcel", "gone"])
    # Other words than the text has, to see where they come from.
    marked = replace(former, surfaces=("one", "two", "three", "four"))
    rows = split_all(["a new parcel", "the late parcel"], marked)
    assert rows.surfaces == ("a", "new", "parcel", "one", "two", "three")
    assert rows.numbers.tolist() == [0, 1, 2, 3, 4, 5]
    assert rows.starts.tolist() == [0, 3, 6]
