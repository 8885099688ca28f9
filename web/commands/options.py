"""What several commands take, and how they open things."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.settings import Settings, load_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the database and the snapshots.", show_default="data"),
]
SettingsOption = Annotated[
    Path | None,
    typer.Option("--settings", help="TOML file of settings.", show_default="DATA/warmline.toml"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
HostOption = Annotated[
    str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")
]
PortOption = Annotated[
    int | None, typer.Option(help="Port; 0 takes a free one.", show_default="8080")
]


def settings_of(data: Path | None, file: Path | None = None, **given: str | int | None) -> Settings:
    """Gather the settings for a command."""
    return load_settings(file=file, environ=os.environ, data=data, **given)


def open_engine(settings: Settings) -> "Engine":
    """Open and migrate the database."""
    from web.opening import open_desk

    return open_desk(settings)[0]
