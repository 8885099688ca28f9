"""What one server is made of, put together once from the settings."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine
from starlette.requests import HTTPConnection

from bot.assistant import Assistant
from bot.calibration import load_calibration
from bot.dialogue import Dialogue, Reply, Speaker, Turn
from handoff.accounts import Accounts
from handoff.desk import Desk
from handoff.events import ConversationId
from handoff.files import Files
from handoff.sites import Sites
from knowledge.embedding import Embedder
from knowledge.errors import KnowledgeError
from knowledge.minilm import load_embedder, model_id
from knowledge.snapshot import ServedSnapshot, Snapshot, SnapshotStore
from web.answering import Answering
from web.assets import WEB, Assets
from web.hub import Hub, ReaderLimits
from web.language_model import make_language_model
from web.measures import Gauges, ModelGauges
from web.opening import open_desk, rules_of
from web.rulebook import RulesInForce
from web.settings import Settings
from web.storing import open_store
from web.summing import Summing
from web.thinking import Thinking
from web.threads import Batches, Door
from web.tokens import Tokens, server_secret
from web.wording import Tell, WordedThinking, Wording, make_wording

log = logging.getLogger(__name__)

LIKENESS_FILE = "matters.npz"  # in the data folder; made anew where it is missing
WORDED_BY = 0.9  # of the time for an answer; the rest is for storing it
TEMPLATE_ROOMS = ("widget", "console", "articles", "reference", "demo")


@dataclass(eq=False)
class Wiring:
    """The parts of one server. `answering` exists once the model is loaded (`app.py`)."""

    settings: Settings
    rules: RulesInForce
    engine: Engine
    desk: Desk
    accounts: Accounts
    sites: Sites
    files: Files
    tokens: Tokens
    store: SnapshotStore
    served: ServedSnapshot
    hub: Hub
    gauges: Gauges
    assets: Assets
    pages: Environment
    database: Door
    outside: Door
    computing: Batches[Dialogue, Reply] = field(init=False)
    answering: Answering = field(init=False)
    thinking: Thinking | None = None
    wording: Wording | None = None
    summing: Summing | None = None

    def __post_init__(self) -> None:
        """Connect what needs the others."""
        settings = self.settings
        self.computing = Batches("computing", self._think, settings.embedding_batch)
        self.answering = Answering(
            desk=self.desk,
            hub=self.hub,
            database=self.database,
            think=self.reply_to,
            handed_over=self.handed_over,
            gauges=self.gauges,
            timeout_s=settings.answer_timeout_s,
            sweep_s=settings.sweep_s,
        )

    @property
    def limits(self) -> ReaderLimits:
        """How far behind a reader may be."""
        return ReaderLimits(self.settings.client_queue, self.settings.slow_reader_s)

    def snapshot(self) -> Snapshot | None:
        """The snapshot that serves now; None before the first ingest."""
        return self.served.get()

    async def load_snapshot(self) -> None:
        """Open the current snapshot; one that cannot be used leaves the bot without articles.

        The desk works on: customers reach people, and the log says what to do.
        """
        try:
            await self.outside(self.served.refresh)
        except KnowledgeError as error:
            log.error("no articles: %s", error)

    async def warm_up(self) -> None:
        """Think once with everything in place, so that the first customer does not wait longer."""
        asked = Dialogue((Turn(Speaker.CUSTOMER, "How long does delivery take?"),))
        await self.computing.alone(self._think, [asked])

    async def load_model(self, embedder: Embedder | None = None) -> None:
        """Load the embedding model in the computing thread, unless one is given."""
        self.thinking = await self.computing.alone(make_thinking, self.settings, embedder)
        if self.settings.language_model:
            gauges = ModelGauges(self.gauges.registry)
            model = await self.outside(make_language_model, self.settings, gauges)
            self.wording = make_wording(model, self.thinking.embedder)
            if model is not None:
                self.summing = Summing(
                    model, self.desk, self.hub, self.database, self.computing.alone
                )

    def handed_over(self, conversation: ConversationId) -> None:
        """This server has given a conversation to people: a language model sums it up for them."""
        if self.summing is not None:
            self.summing.handed_over(conversation)

    async def reply_to(self, dialogue: Dialogue, tell: Tell) -> Reply:
        """Decide a reply, and let the language model word it where there is one and time is left.

        `tell` is given the worded text as it grows.
        """
        if self.wording is None:
            return await self.computing(dialogue)
        began = monotonic()
        dialogue = await self.wording.rewritten(dialogue)
        reply = await self.computing(dialogue)
        left = self.settings.answer_timeout_s * WORDED_BY - (monotonic() - began)
        if left <= 0:
            return reply
        return await self.wording.word(
            self.snapshot(), dialogue, reply, self.computing.alone, tell=tell, seconds=left
        )

    def _think(self, dialogues: Sequence[Dialogue]) -> Sequence[Reply | Exception]:
        assert self.thinking is not None, "the model is loaded before anything is asked"
        thoughts = self.thinking.think(self.snapshot(), dialogues)
        return [thought.result for thought in thoughts]

    def close(self) -> None:
        """Let go of threads and database."""
        self.computing.close()
        self.outside.close()
        self.database.close()
        self.engine.dispose()


def wiring_of(connection: HTTPConnection) -> Wiring:
    """The parts behind a request or a socket."""
    wiring = connection.app.state.wiring
    assert isinstance(wiring, Wiring)
    return wiring


def caller_of(connection: HTTPConnection) -> str:
    """The network address of whoever calls, for limits."""
    return connection.client.host if connection.client else "unknown"


def make_thinking(settings: Settings, embedder: Embedder | None = None) -> Thinking:
    """Make an assistant and its embedder; loads the model unless one is given."""
    embedder = embedder or load_embedder(settings.embedding_model or None)
    rules = rules_of(settings)
    calibration = (
        load_calibration(Path(settings.confidence_file), embedder.model_id)
        if settings.confidence_file
        else None
    )
    assistant = Assistant(
        embedder,
        rules.bot,
        matters=rules.matters,
        calibration=calibration,
        likeness_file=settings.data / LIKENESS_FILE,
    )
    return Thinking(assistant, embedder)


def make_thinker(settings: Settings, thinking: Thinking) -> Thinking | WordedThinking:
    """Let the settings' language model word what is thought, where there is one."""
    if not settings.language_model:
        return thinking
    model = make_language_model(settings, ModelGauges(CollectorRegistry()))
    wording = make_wording(model, thinking.embedder)
    return thinking if wording is None else WordedThinking(thinking, wording)


def wire_up(settings: Settings) -> Wiring:
    """Put a server together; the model is loaded later."""
    engine, desk = open_desk(settings)
    store = open_store(settings)
    assets = Assets()
    pages = Environment(
        loader=PrefixLoader(
            {room: FileSystemLoader(WEB / room / "templates") for room in TEMPLATE_ROOMS}
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals["asset_url"] = assets.url
    return Wiring(
        settings=settings,
        rules=rules_of(settings),
        engine=engine,
        desk=desk,
        accounts=Accounts(engine),
        sites=Sites(engine),
        files=Files(engine),
        tokens=Tokens(server_secret(settings.data, settings.secret)),
        store=store,
        served=ServedSnapshot(store, model_id(settings.embedding_model or None)),
        hub=Hub(),
        gauges=Gauges(),
        assets=assets,
        pages=pages,
        database=Door("database", settings.database_threads),
        outside=Door("outside", settings.outside_threads),
    )
