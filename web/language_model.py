"""The owner's language model: any LangChain chat model, asked within a time limit, never trusted.

A model that fails three times in a row is left alone for a while, so that a dead endpoint does not
cost every customer the time limit. Keys and texts are never logged.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.wording.prompt import Prompt
from web.errors import DoorError, SettingsInvalid
from web.measures import ModelGauges
from web.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

FAILURES_BEFORE_PAUSE = 3
PAUSE_S = 30.0
RETRIES = 1  # the client's own, with its back-off; the time limit stands over all of them
MAX_ANSWER_CHARS = 40_000  # a model that does not stop is cut off here
CHARS_A_TOKEN = 4  # an estimate, where the endpoint does not report its usage
MILLION = 1_000_000


class Trouble(StrEnum):
    """How a model fails; the labels of `warmline_model_requests`."""

    TIMEOUT = "timeout"
    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"  # the key or the request is not accepted
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    BUSY = "busy"  # no free place in time
    PAUSED = "paused"  # not even asked


class ModelFailed(DoorError):
    """The language model gave no answer that can be used."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"The language model gave no answer: {trouble.value}.")
        self.trouble = trouble


class _Busy(Exception):
    """All places stayed taken."""


@dataclass(eq=False)
class Breaker:
    """Closed while the model answers; open for `PAUSE_S` after three failures in a row.

    After the pause one request is let through; it decides.
    """

    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    _opens_at: float = 0.0
    _trying: bool = False

    def is_open(self) -> bool:
        """Whether the model should be left alone now."""
        if self.failures < FAILURES_BEFORE_PAUSE:
            return False
        if self.clock() < self._opens_at or self._trying:
            return True
        self._trying = True
        return False

    def worked(self) -> None:
        """The model answered."""
        self.failures, self._trying = 0, False

    def failed(self) -> None:
        """The model did not."""
        self.failures += 1
        self._trying = False
        if self.failures >= FAILURES_BEFORE_PAUSE:
            self._opens_at = self.clock() + PAUSE_S

    def left(self) -> None:
        """Nobody waited for the end, which says nothing about the model."""
        self._trying = False


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost, in the owner's currency."""

    prompt: float = 0.0
    completion: float = 0.0


@dataclass(eq=False)
class LanguageModel:
    """Asks one chat model, a few requests at a time."""

    chat: "BaseChatModel"
    timeout_s: float
    at_once: int
    prices: Prices
    gauges: ModelGauges
    breaker: Breaker = field(default_factory=Breaker)

    def __post_init__(self) -> None:
        """Make the room for requests."""
        self._room = asyncio.Semaphore(self.at_once)

    async def stream(
        self, prompt: Prompt, seconds: float | None = None
    ) -> AsyncGenerator[str, None]:
        """Yield the answer's text as it comes; use it with `aclosing`.

        It ends or raises within `seconds` (None, or at most: `timeout_s`), whatever the endpoint
        does. Raises ModelFailed.
        """
        if self.breaker.is_open():
            self.gauges.requests.labels(Trouble.PAUSED.value).inc()
            raise ModelFailed(Trouble.PAUSED)
        limit = min(self.timeout_s, seconds or self.timeout_s)
        ends = asyncio.get_running_loop().time() + limit
        count = _Count(len(prompt.system) + len(prompt.user))
        try:
            async with aclosing(self._chunks(prompt, ends, count)) as chunks:
                async for text in chunks:
                    yield text
        except GeneratorExit:  # the reader has what it needs
            self.breaker.left()
            raise
        except _Busy:  # says nothing about the endpoint
            self.breaker.left()
            self.gauges.requests.labels(Trouble.BUSY.value).inc()
            raise ModelFailed(Trouble.BUSY) from None
        except Exception as error:
            trouble = trouble_of(error)
            self.breaker.failed()
            self.gauges.requests.labels(trouble.value).inc()
            log.warning("language model failed: %s (%s)", trouble.value, type(error).__name__)
            raise ModelFailed(trouble) from None
        else:
            self.breaker.worked()
            self.gauges.requests.labels("answered").inc()
        finally:
            self._book(count)

    async def _chunks(
        self, prompt: Prompt, ends: float, count: "_Count"
    ) -> AsyncGenerator[str, None]:
        try:
            async with asyncio.timeout_at(ends):
                await self._room.acquire()
        except TimeoutError:
            raise _Busy from None
        example = zip(("human", "ai"), prompt.example, strict=False)
        messages: list[Any] = [("system", prompt.system), *example, ("human", prompt.user)]
        stream = self.chat.astream(messages).__aiter__()
        try:
            while count.written < MAX_ANSWER_CHARS:
                async with asyncio.timeout_at(ends):
                    chunk = await anext(stream, None)
                if chunk is None:
                    return
                count.add(chunk)
                if text := _text(chunk):
                    yield text
        finally:
            self._room.release()
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()

    def _book(self, count: "_Count") -> None:
        prompt, completion = count.tokens()
        self.gauges.tokens.labels("prompt").inc(prompt)
        self.gauges.tokens.labels("completion").inc(completion)
        cost = prompt * self.prices.prompt + completion * self.prices.completion
        self.gauges.cost.inc(cost / MILLION)


@dataclass
class _Count:
    """The tokens of one request: as the endpoint reports them, else estimated from the texts."""

    asked_chars: int
    written: int = 0
    prompt: int = 0
    completion: int = 0
    began: bool = False

    def add(self, chunk: Any) -> None:
        self.began = True
        self.written += len(_text(chunk))
        usage = getattr(chunk, "usage_metadata", None) or {}
        self.prompt += int(usage.get("input_tokens") or 0)
        self.completion += int(usage.get("output_tokens") or 0)

    def tokens(self) -> tuple[int, int]:
        if not self.began:
            return 0, 0
        return (
            self.prompt or self.asked_chars // CHARS_A_TOKEN,
            self.completion or self.written // CHARS_A_TOKEN,
        )


def _text(chunk: Any) -> str:
    content = getattr(chunk, "content", "")
    if isinstance(content, str):
        return content
    parts = (part if isinstance(part, str) else part.get("text", "") for part in content)
    return "".join(part for part in parts if isinstance(part, str))


def trouble_of(error: BaseException) -> Trouble:
    """Name what went wrong; clients of all makers put an HTTP status on their errors."""
    status = getattr(error, "status_code", None) or getattr(
        getattr(error, "response", None), "status_code", None
    )
    name = type(error).__name__.lower()
    if isinstance(error, TimeoutError) or "timeout" in name:
        return Trouble.TIMEOUT
    if status == 429:
        return Trouble.RATE_LIMITED
    if isinstance(status, int) and 400 <= status < 500:
        return Trouble.REFUSED
    if isinstance(error, ConnectionError | OSError) or "connect" in name:
        return Trouble.UNREACHABLE
    return Trouble.FAILED


def make_language_model(settings: Settings, gauges: ModelGauges) -> LanguageModel | None:
    """Make the model that the settings name, without asking it anything; None when they name none.

    Raises SettingsInvalid when LangChain cannot make it (an unknown provider, a missing package).
    """
    if not settings.language_model:
        return None
    from langchain.chat_models import init_chat_model

    given: dict[str, Any] = {
        "temperature": settings.language_model_temperature,
        "max_tokens": settings.language_model_max_tokens,
        "timeout": settings.language_model_timeout_s,
        "max_retries": RETRIES,
    }
    provider = None
    if settings.language_model_url:
        given["base_url"] = settings.language_model_url
        # An OpenAI-compatible server of one's own often wants no key, its client always does.
        given["api_key"] = settings.language_model_key or "none"
        provider = None if ":" in settings.language_model else "openai"
    elif settings.language_model_key:
        given["api_key"] = settings.language_model_key
    try:
        chat = init_chat_model(settings.language_model, model_provider=provider, **given)
    except Exception as error:
        # Whatever a provider's package says of it; the key may stand in what it says.
        raise SettingsInvalid(
            f"WARMLINE_LANGUAGE_MODEL = {settings.language_model!r}: LangChain cannot make it "
            f"({type(error).__name__}). Is the provider's package installed, and its key set?"
        ) from None
    return LanguageModel(
        chat,
        settings.language_model_timeout_s,
        settings.language_model_at_once,
        Prices(settings.language_model_price_prompt, settings.language_model_price_completion),
        gauges,
    )
