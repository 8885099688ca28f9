"""How often is too often, by a hand-held clock, and what a caller is told."""

import httpx
import pytest

from tests.web.servers import ServerProcess, customer_line
from web.errors import TooMany
from web.limits import MAX_REMEMBERED, Attempts, Bucket, Buckets


class Seconds:
    """A clock in seconds that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """A clock."""
    return Seconds()


def test_bucket_gives_a_burst_and_then_the_rate(seconds: Seconds) -> None:
    bucket = Bucket(60, 3, seconds)
    for _ in range(3):
        bucket.take("Slow down.")
    with pytest.raises(TooMany, match="Slow down") as refused:
        bucket.take("Slow down.")
    seconds.now += refused.value.retry_after_s
    bucket.take("Slow down.")
    with pytest.raises(TooMany):
        bucket.take("Slow down.")


def test_bucket_never_holds_more_than_its_burst(seconds: Seconds) -> None:
    bucket = Bucket(60, 2, seconds)
    seconds.now += 3600
    bucket.take("")
    bucket.take("")
    with pytest.raises(TooMany):
        bucket.take("")


def test_callers_have_buckets_of_their_own_and_memory_is_limited(seconds: Seconds) -> None:
    buckets = Buckets(60, 1, seconds)
    buckets.take("first", "")
    buckets.take("second", "")
    with pytest.raises(TooMany):
        buckets.take("first", "")
    for n in range(MAX_REMEMBERED):
        buckets.take(f"caller {n}", "")
    buckets.take("first", "")  # forgotten, and so welcome again


def test_wrong_passwords_are_forgotten_after_the_window(seconds: Seconds) -> None:
    attempts = Attempts(2, 300, seconds)
    attempts.fail("ada", "network")
    seconds.now += 100
    attempts.fail("ada", "network")
    with pytest.raises(TooMany) as refused:
        attempts.check("ada")
    assert refused.value.retry_after_s == 200
    attempts.check("bob")
    seconds.now += 200
    attempts.check("ada", "network")


def test_right_password_forgets_the_wrong_ones_of_its_key_only(seconds: Seconds) -> None:
    attempts = Attempts(1, 300, seconds)
    attempts.fail("ada", "network")
    attempts.succeed("ada")
    attempts.check("ada")
    with pytest.raises(TooMany):
        attempts.check("network")


def test_sessions_and_commands_beyond_the_limit_are_told_when_to_come_back(
    stopped_server: ServerProcess,
) -> None:
    stopped_server.environ |= {
        "WARMLINE_SESSIONS_PER_MINUTE": "2",
        "WARMLINE_COMMANDS_PER_MINUTE": "1",
        "WARMLINE_COMMANDS_BURST": "2",
    }
    stopped_server.start()
    session = stopped_server.session().json()
    stopped_server.session()
    refused: httpx.Response = stopped_server.session()
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many")
    assert int(refused.headers["retry-after"]) > 0
    with customer_line(stopped_server, session) as customer:
        for n in range(3):
            customer.send("message", client_id=f"m{n}", text="Hello there")
        error = customer.frame("error")
        assert (error["code"], error["client_id"]) == ("too_many", "m2")
        assert error["retry_after_s"] > 0
        acknowledged = [f.get("client_id") for f in customer.seen if f["type"] == "event"]
        assert "m2" not in acknowledged
