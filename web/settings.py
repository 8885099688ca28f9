"""Every setting of Warmline, in one frozen object.

Read from, strongest first: the command line, the environment (`WARMLINE_*`), a TOML file
(`--settings FILE`, or `warmline.toml` in the data folder), the defaults below. A value that cannot
be used stops the start, with a sentence that names the variable and the value. `docs/settings.md`
is generated from the fields; a test fails when it drifts.
"""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from web.errors import SettingsInvalid

PREFIX = "WARMLINE_"
FILE_NAME = "warmline.toml"
SECRETS = frozenset({"secret", "database_url", "language_model_key"})
"""Settings whose values are never shown: each may hold a password or a key."""

Seconds = Annotated[float, Field(gt=0, le=86_400 * 400)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


def setting(default: Any, help_text: str, unit: str = "", **more: Any) -> Any:
    """Declare a field with its default, its help and its unit (shown in the generated table)."""
    return Field(
        default=default,
        description=help_text,
        json_schema_extra={"unit": unit},
        frozen=True,
        **more,
    )


class Settings(BaseSettings):
    """What an owner may choose. Immutable; build it with `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, populate_by_name=True, env_ignore_empty=True
    )

    # Where things are
    data: Path = setting(Path("data"), "Folder of the database and the snapshots.", "path")
    database_url: str = setting(
        "",
        "SQLAlchemy address of the database; empty means SQLite in the data folder. "
        "`DATABASE_URL` is understood too. PostgreSQL: `postgresql+psycopg://user@host/name`.",
        validation_alias=AliasChoices("WARMLINE_DATABASE_URL", "DATABASE_URL", "database_url"),
    )
    host: str = setting("127.0.0.1", "Address to listen on.")
    port: Annotated[int, Field(ge=0, le=65_535)] = setting(
        8080, "Port to listen on; 0 takes a free one."
    )
    public_url: str = setting(
        "",
        "The address that browsers see, such as `https://support.example.com`, when a proxy stands "
        "in front. Empty means: whatever the request names as its host.",
    )
    trusted_proxies: str = setting(
        "127.0.0.1", "Addresses whose `X-Forwarded-*` headers are believed, separated by commas."
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "info", "How much is logged; message texts appear in `debug` only."
    )

    # What the bot knows and how it looks
    embedding_model: str = setting(
        "",
        "Sentence-transformers model; empty means the packaged all-MiniLM-L6-v2, `hash` a quick "
        "one without meaning, for tests.",
    )
    confidence_file: str = setting(
        "",
        "The file that `warmline calibrate` wrote from your own transcripts: its confidence and its "
        "threshold instead of the ones that ship.",
        "path",
    )
    ingest_sources: str = setting(
        "",
        "What the server ingests by itself, separated by `;`: folders, files, zips, addresses, or "
        "NAME=SOURCE.",
    )
    ingest_every_s: Annotated[float, Field(ge=0, le=86_400 * 400)] = setting(
        0.0, "How long after one scheduled ingest the next begins; 0 means never.", "seconds"
    )
    ingest_allow_private: bool = setting(
        False, "Whether the scheduled ingest may fetch pages from private addresses."
    )
    snapshots_kept: Count = setting(5, "How many snapshots are kept, the newest.")
    preview_questions: Count = setting(
        1000, "How many of customers' latest questions a preview replays."
    )
    rules: str = setting(
        "", "Your copy of `bot/rules.toml`: thresholds of the bot. Empty: the defaults.", "path"
    )
    matters: str = setting(
        "",
        "Your copy of `bot/matters.toml`: matters that a person should see. Empty: the defaults.",
        "path",
    )
    desk: str = setting(
        "",
        "Your copy of `handoff/rules.toml`: queue, offers, episodes, business hours. Empty: the "
        "defaults.",
        "path",
    )
    # A language model (docs/language-model.md)
    language_model: str = setting(
        "",
        "A chat model by LangChain's name, such as `openai:gpt-4.1-mini`, that words the answers. "
        "Empty: none, the articles' own sentences.",
    )
    language_model_url: str = setting(
        "", "Address of an OpenAI-compatible server, such as `http://127.0.0.1:11434/v1`.", "URL"
    )
    language_model_key: str = setting(
        "", "The key for it. Empty: what its provider's own variable says.", repr=False
    )
    language_model_temperature: Annotated[float, Field(ge=0, le=2)] = setting(
        0.0, "How freely it writes."
    )
    language_model_timeout_s: Seconds = setting(
        10.0, "Time for its words; later the articles' own are sent.", "seconds"
    )
    language_model_max_tokens: Count = setting(600, "Longest text of one request.", "tokens")
    language_model_at_once: Count = setting(4, "Requests under way at once.")
    language_model_price_prompt: Annotated[float, Field(ge=0)] = setting(
        0.0, "What a million tokens read cost, for the counter.", "your currency"
    )
    language_model_price_completion: Annotated[float, Field(ge=0)] = setting(
        0.0, "What a million tokens written cost, for the counter.", "your currency"
    )

    company_name: str = setting("Support", "Shown in the widget's header.")
    greeting: str = setting(
        "",
        "The widget's first words; empty means its own, in the customer's language. The console's "
        "page Look sets this and more for each site.",
    )
    accent: str = setting(
        "#0d6b6e", "The widget's accent colour.", "CSS hex colour", pattern=r"^#[0-9a-fA-F]{6}$"
    )

    hours_text: str = setting("", "When people answer, as the widget's header says it.")
    suggestions: str = setting(
        "", "Questions that the widget suggests before the first message, separated by `|`."
    )

    wait_amber_s: Seconds = setting(
        120.0, "A customer who waits this long for a person turns amber in the console.", "seconds"
    )
    wait_red_s: Seconds = setting(300.0, "One who waits this long turns red.", "seconds")

    # Sessions
    secret: str = setting(
        "",
        "Signs widget sessions, at least 32 characters; the same on all servers of one desk. Empty "
        "means a random one, kept in the data folder.",
        repr=False,
    )
    widget_token_s: Seconds = setting(3600.0, "How long a widget token is good for.", "seconds")
    agent_session_s: Seconds = setting(43_200.0, "How long an agent stays signed in.", "seconds")
    login_attempts: Count = setting(
        10, "Wrong passwords for one e-mail address, or from one network address, before waiting."
    )
    login_window_s: Seconds = setting(300.0, "How long wrong passwords are remembered.", "seconds")

    # Limits of one connection
    hello_timeout_s: Seconds = setting(5.0, "Time for the first frame of a socket.", "seconds")
    max_frame_bytes: Count = setting(
        262_144, "Largest frame of a socket; a larger one closes it with 1009.", "bytes", ge=1024
    )
    max_message_chars: Count = setting(4000, "Longest message.", "characters")
    max_file_bytes: Annotated[int, Field(ge=0, le=50_000_000)] = setting(
        5_000_000, "Largest file a customer may attach; 0 takes none.", "bytes"
    )
    commands_per_minute: Count = setting(
        60, "Messages and other changes a connection may send, in the long run.", "per minute"
    )
    commands_burst: Count = setting(30, "Changes a connection may send at once.")
    sessions_per_minute: Count = setting(
        600, "Widget sessions one network address may start.", "per minute"
    )
    files_per_minute: Count = setting(
        30, "Files that one network address may upload.", "per minute"
    )
    client_queue: Count = setting(
        256, "Frames that may wait for a slow reader before it is closed with 4409.", "frames"
    )
    slow_reader_s: Seconds = setting(
        20.0, "How long one frame may take to leave before the reader counts as slow.", "seconds"
    )

    # Work
    database_threads: Count = setting(4, "Threads that talk to the database.")
    outside_threads: Count = setting(8, "Threads that talk to the outside.")
    embedding_batch: Count = setting(16, "Questions embedded together at most.")
    answer_timeout_s: Seconds = setting(
        20.0, "Time for one answer; later a person is offered.", "seconds"
    )
    sweep_s: Seconds = setting(
        1.0, "How often time-outs, leases and lost hints are looked after.", "seconds"
    )

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
            raise ValueError("must be an address without a path, like https://support.example.com")
        return f"{parts.scheme}://{parts.netloc}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what `load_settings` has gathered, and nothing else."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def database(self) -> str:
        """The SQLAlchemy address in use."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'warmline.db'}"

    @property
    def uses_sqlite(self) -> bool:
        """Whether the database is a file that one server process owns."""
        return self.database.startswith("sqlite")

    @property
    def snapshots(self) -> Path:
        """The folder of the snapshots."""
        return self.data / "snapshots"


def variable(name: str) -> str:
    """Name the environment variable of a field."""
    return PREFIX + name.upper()


def load_settings(
    *,
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    **given: object,
) -> Settings:
    """Gather the settings.

    Args:
        file: a TOML file; None means `warmline.toml` in the data folder, where there is one.
        environ: the environment; None means the process's own.
        given: what the command line said; a None counts as not said.

    Raises:
        SettingsInvalid: a value, a name or the file cannot be used.
    """
    environ = os.environ if environ is None else environ
    said = {name: value for name, value in given.items() if value is not None}
    spoken = from_environment(environ)
    folder = Path(
        str(said.get("data") or spoken.get("data") or Settings.model_fields["data"].default)
    )
    written, file = from_file(file, folder)
    try:
        return Settings(**{**written, **spoken, **said})
    except ValidationError as error:
        raise SettingsInvalid(sentence(error, written, spoken, said, file)) from None


def from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    """Read `WARMLINE_*` (and `DATABASE_URL`); an empty variable counts as not set.

    Others put variables of that prefix there too (an orchestrator names a service's address so),
    so an unknown one is refused only when it looks like a slip of the pen.
    """
    found: dict[str, object] = {}
    if environ.get("DATABASE_URL"):
        found["database_url"] = environ["DATABASE_URL"]
    for key, value in environ.items():
        if key.startswith(PREFIX) and value:
            name = key.removeprefix(PREFIX).lower()
            if name in Settings.model_fields:
                found[name] = value
            elif meant := get_close_matches(name, Settings.model_fields, n=1, cutoff=0.75):
                raise SettingsInvalid(
                    f"{key} = {value!r}: there is no such setting. Did you mean {variable(meant[0])}?"
                )
    return found


def from_file(file: Path | None, folder: Path) -> tuple[dict[str, Any], Path]:
    """Read the TOML file; an absent one is empty unless it was asked for by name."""
    path = file or folder / FILE_NAME
    if file is None and not path.exists():
        return {}, path
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), path
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(f"{path}: the settings file cannot be read: {error}.") from None


def sentence(
    error: ValidationError,
    written: Mapping[str, object],
    spoken: Mapping[str, object],
    said: Mapping[str, object],
    file: Path,
) -> str:
    """Say which variable holds which unusable value, one sentence for each."""
    lines = []
    for problem in error.errors(include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        name = name.removeprefix(PREFIX).lower()
        if name in said:
            source = f"--{name.replace('_', '-')}"
        elif name in spoken:
            source = variable(name)
        else:
            source = f"{file}: {name}" if name in written else variable(name)
        reason = (
            "there is no such setting" if problem["type"] == "extra_forbidden" else problem["msg"]
        )
        value = "(hidden)" if name in SECRETS else repr(problem["input"])
        lines.append(f"{source} = {value}: {reason}.")
    return "\n".join(lines)


def shown(value: object) -> str:
    """Write a value as the table and `warmline settings` show it."""
    if value == "":
        return "(empty)"
    return f"{value:g}" if isinstance(value, float) else str(value)


def as_markdown() -> str:
    """Write the table of all settings (docs/settings.md, between the markers)."""
    rows = ["| setting | variable | default | unit | what it does |", "|---|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        extra = field.json_schema_extra
        unit = str(extra.get("unit") or "") if isinstance(extra, dict) else ""
        rows.append(
            f"| `{name}` | `{variable(name)}` | `{shown(field.default)}` | {unit} "
            f"| {field.description} |"
        )
    return "\n".join(rows) + "\n"
