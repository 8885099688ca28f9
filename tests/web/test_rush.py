"""A short rush over real sockets, a server killed in it; `make soak` runs the long one."""

from pathlib import Path

import pytest

from tests.web import rush

SHORT = rush.Size(customers=10, agents=3, kills=1, seed=7, patience_s=240.0)


@pytest.mark.parametrize("assignment", ["free", "offer"])
def test_everybody_is_served_and_every_promise_kept(tmp_path: Path, assignment: str) -> None:
    size = rush.Size(**{**vars(SHORT), "assignment": assignment})
    with rush.desk_on_sqlite(tmp_path, size) as (servers, database):
        outcome = rush.run(servers, database, size)
    assert outcome.broken == []
    assert outcome.figures["customers served"] == size.customers
    assert outcome.figures["servers killed"] == size.kills


@pytest.mark.postgres
def test_two_servers_on_one_postgres_keep_them_too(tmp_path: Path, postgres_url: str) -> None:
    with rush.desk_on_postgres(tmp_path, postgres_url, SHORT) as (servers, database):
        outcome = rush.run(servers, database, SHORT)
    assert outcome.broken == []
    assert outcome.figures["customers served"] == SHORT.customers
