"""`warmline settings`: what is set, and what could be."""

from typing import Annotated

import typer

from web.commands.options import DataOption, JsonOption, SettingsOption, settings_of
from web.settings import SECRETS, Settings, as_markdown, shown, variable


def show_settings(
    data: DataOption = None,
    settings_file: SettingsOption = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the table of all settings (docs/settings.md).")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show every setting with its present value."""
    if markdown:
        print(as_markdown(), end="")
        return
    settings = settings_of(data, settings_file)
    values = {name: visible(settings, name) for name in Settings.model_fields}
    if as_json:
        import json

        print(json.dumps(values, indent=2))
        return
    for name, value in values.items():
        print(f"{variable(name)} = {value}")
        print(f"    {Settings.model_fields[name].description}")


def visible(settings: Settings, name: str) -> str:
    """Write a value, unless it is secret."""
    value = getattr(settings, name)
    return "(set)" if name in SECRETS and value else shown(value)
