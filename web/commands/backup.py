"""`warmline backup`: a consistent copy of a running system."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from web.commands.options import DataOption, SettingsOption, settings_of


def backup(
    to: Annotated[
        Path | None,
        typer.Argument(help="Folder to make.", show_default="DATA-backup-TIME, beside DATA"),
    ] = None,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Copy database, snapshots and secret while the server runs; prints where to.

    To restore, serve the copy: `warmline serve --data FOLDER`.
    """
    settings = settings_of(data, settings_file)
    from web.keeping import copy_data

    folder = settings.data.resolve()
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    target = to or folder.with_name(f"{folder.name}-backup-{stamp}")
    copy_data(settings, target)
    print(target)
