"""What Prometheus may ask of one server (`GET /metrics`)."""

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

ANSWER_BUCKETS_S = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)


@dataclass(frozen=True)
class Gauges:
    """The figures of one application; each has its own registry, so tests may build many."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    connections: Gauge = field(init=False)
    answer_seconds: Histogram = field(init=False)
    answers_failed: Counter = field(init=False)
    decisions: Counter = field(init=False)
    frames: Counter = field(init=False)
    errors: Counter = field(init=False)

    def __post_init__(self) -> None:
        """Make the figures in this registry."""
        own = self.registry
        made = {
            "connections": Gauge(
                "warmline_connections", "Sockets connected now.", ["side"], registry=own
            ),
            "answer_seconds": Histogram(
                "warmline_answer_seconds",
                "Thinking time of one reply.",
                buckets=ANSWER_BUCKETS_S,
                registry=own,
            ),
            "answers_failed": Counter(
                "warmline_answers_failed", "Questions handed over by a failure.", registry=own
            ),
            "decisions": Counter(
                "warmline_decisions", "Replies by decision.", ["decision"], registry=own
            ),
            "frames": Counter(
                "warmline_frames", "Frames received.", ["side", "type"], registry=own
            ),
            "errors": Counter(
                "warmline_errors", "Errors shown to someone.", ["code"], registry=own
            ),
        }
        for name, figure in made.items():
            object.__setattr__(self, name, figure)  # frozen: set once, here
