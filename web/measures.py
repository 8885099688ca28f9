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


MODEL_BUCKETS_S = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0)


class ModelGauges:
    """The figures of the language model, in the registry of the application's."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Make them; without a language model nobody does."""
        self.requests = Counter(
            "warmline_model_requests",
            "Requests to the language model by outcome.",
            ["outcome"],
            registry=registry,
        )
        self.answers = Counter(
            "warmline_model_answers",
            "Answers by what was sent: the model's words, the extract, or the extract for a failure.",
            ["outcome"],
            registry=registry,
        )
        self.sentences = Counter(
            "warmline_model_sentences",
            "The model's sentences: shown, or dropped by fault.",
            ["outcome"],
            registry=registry,
        )
        self.summaries = Counter(
            "warmline_model_summaries",
            "Summaries of handoffs: shown, dropped for an invention, late, or failed.",
            ["outcome"],
            registry=registry,
        )
        self.tokens = Counter(
            "warmline_model_tokens", "Tokens read and written.", ["kind"], registry=registry
        )
        self.cost = Counter(
            "warmline_model_cost", "Cost of the tokens, in the owner's currency.", registry=registry
        )
        self.seconds = Histogram(
            "warmline_model_seconds",
            "Time for one answer's words, the checks included.",
            buckets=MODEL_BUCKETS_S,
            registry=registry,
        )
