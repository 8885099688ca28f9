"""Tags that several agents change at once."""

import pytest

from handoff.errors import BadValue
from handoff.labels import MAX_TAGS
from tests.handoff.desk_for_tests import Scene, fresh


def test_tags_that_two_agents_change_at_once_are_all_kept(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), tags=["refund", "late"])
    scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), add_tags=[" parcel "])
    scene.desk.agent_labels(
        scene.eva, scene.bob.id, fresh(), add_tags=["vip", "parcel"], remove_tags=["refund "]
    )
    assert scene.desk.row(scene.eva).tags == ("late", "parcel", "vip")


def test_tags_to_add_and_to_remove_act_on_a_whole_list_beside_them(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), tags=["gone"])
    scene.desk.agent_labels(
        scene.eva, scene.ann.id, fresh(), tags=["a", "b"], add_tags=["c"], remove_tags=["a"]
    )
    assert scene.desk.row(scene.eva).tags == ("b", "c")


def test_tags_added_one_by_one_stay_within_the_limit(scene: Scene) -> None:
    scene.asks_human()
    full = [f"tag {number}" for number in range(MAX_TAGS)]
    scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), tags=full)
    with pytest.raises(BadValue):
        scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), add_tags=["one more"])
    scene.desk.agent_labels(
        scene.eva, scene.ann.id, fresh(), add_tags=["one more"], remove_tags=["tag 0"]
    )
    assert len(scene.desk.row(scene.eva).tags) == MAX_TAGS
