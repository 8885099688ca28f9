"""`warmline demo`: the sample company, its shop, its support desk."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from web.commands.options import DataOption, HostOption, PortOption, SettingsOption, settings_of

if TYPE_CHECKING:
    from knowledge.embedding import Embedder
    from web.settings import Settings

FOLDER = Path(".demo")
PEOPLE = (
    ("agent@larkmere.example", "Ada Brook", "agent"),
    ("supervisor@larkmere.example", "Sam Holt", "supervisor"),
)
SUGGESTIONS = "Where is my parcel?|How do I send something back?|Can I change my delivery address?"


def demo(
    data: DataOption = None,
    settings_file: SettingsOption = None,
    host: HostOption = None,
    port: PortOption = None,
) -> None:
    """Open the sample company's shop with its support desk; everything stays in one folder."""
    settings = settings_of(
        data or FOLDER,
        settings_file,
        host=host,
        port=port,
        company_name="Larkmere",
        greeting="Hello. Ask about orders, delivery, returns or your devices.",
        hours_text="9-17",
        suggestions=SUGGESTIONS,
    )
    print("Loading the model and reading the sample articles …", file=sys.stderr, flush=True)
    from knowledge.minilm import load_embedder
    from web.serving import only_server, run_server

    with only_server(settings):  # before anything is written; taken again by the server itself
        embedder = load_embedder(settings.embedding_model or None)
        ingest_sample(settings, embedder)
        passwords = seed_people(settings)
    run_server(settings, embedder=embedder, demo=True, ready=lambda url: welcome(url, passwords))


def ingest_sample(settings: "Settings", embedder: "Embedder") -> None:
    """Publish the sample company's articles; nothing to do when they are."""
    import knowledge
    from ingest import pipeline
    from ingest.sources import SourceSpec
    from web.storing import open_store

    folder = Path(str(knowledge.__file__)).parent / "sample"
    pipeline.run(
        [SourceSpec(str(folder))],
        open_store(settings),
        lambda: embedder,
        embedder.model_id,
        force=True,
        lock_file=settings.data / "ingest.lock",
    )


def seed_people(settings: "Settings") -> dict[str, str]:
    """Give the demo's people fresh passwords, good for this run; e-mail address to password."""
    from handoff.accounts import Accounts, AgentRole
    from web.accounts.passwords import hash_password, one_time_password
    from web.opening import open_desk

    engine, _ = open_desk(settings)
    accounts = Accounts(engine)
    passwords = {}
    for email, name, role in PEOPLE:
        password = passwords[email] = one_time_password()
        account = accounts.by_email(email)
        if account is None:
            accounts.add(
                email, name, AgentRole(role), hash_password(password), must_change_password=False
            )
        else:
            accounts.set_password(account.id, hash_password(password))
    engine.dispose()
    return passwords


def welcome(url: str, passwords: dict[str, str]) -> None:
    """Say where everything is."""
    print()
    print(f"  The shop, with the chat   {url}/demo/")
    print(f"  The agents' console       {url}/agent/")
    print()
    for email, name, role in PEOPLE:
        print(f"  {role:<12} {email:<30} {passwords[email]}   ({name})")
    print()
    print("  The passwords are good until the next start. Stop with Ctrl+C.")
    print()
    print(f"ready {url}", flush=True)
