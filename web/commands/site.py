"""`warmline site`: the web sites that carry the widget."""

import sys
from typing import Annotated

import typer

from web.commands.options import DataOption, JsonOption, SettingsOption, open_engine, settings_of
from web.errors import Refused

FIRST = "-"  # the key that has no id

app = typer.Typer(help="The web sites that carry the widget.", no_args_is_help=True)


@app.callback()
def sites() -> None:
    """The web sites that carry the widget."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What you call the site.")],
    origin: Annotated[
        list[str], typer.Option(help="Where it lives: https://shop.example. May be repeated.")
    ],
    as_json: JsonOption = False,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Add a site; prints the key for its script tag."""
    settings = settings_of(data, settings_file)
    from handoff.sites import Sites
    from web.middleware import is_origin
    from web.tokens import Tokens, server_secret

    origins = [text.rstrip("/").lower() for text in origin]
    for text in origins:
        if not is_origin(text):
            raise typer.BadParameter(
                f"{text!r} is not an origin, such as https://shop.example or http://localhost:3000.",
                param_hint="--origin",
            )
    site = Sites(open_engine(settings)).add(name, origins)
    secret = Tokens(server_secret(settings.data, settings.secret)).site_secret(site.id)
    if as_json:
        import json

        told = {"id": site.id, "name": site.name, "key": site.key, "origins": list(site.origins)}
        print(json.dumps(told | {"identity_secret": secret}))
        return
    print(f"{site.name} may carry the widget on {', '.join(site.origins)}:", file=sys.stderr)
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    print(
        f'  <script src="{address}/widget.js" data-key="{site.key}" async></script>',
        file=sys.stderr,
    )
    print(f"To sign identities: `warmline site secret {site.name}`. The key:", file=sys.stderr)
    print(site.key)


@app.command("list")
def list_sites(data: DataOption = None, settings_file: SettingsOption = None) -> None:
    """List all sites."""
    settings = settings_of(data, settings_file)
    from handoff.sites import Sites

    for site in Sites(open_engine(settings)).all():
        print(f"{site.name}  {site.key}  {' '.join(site.origins)}")


@app.command()
def secret(
    name: Annotated[str, typer.Argument(help="Which site.")],
    new: Annotated[
        bool, typer.Option("--new", help="Make one more key; the others stay good.")
    ] = False,
    drop: Annotated[
        str | None, typer.Option(help="The id of a key that counts no more; `-` is the first one.")
    ] = None,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Print the keys with which the site signs its customers' identities: id (`kid`), secret."""
    settings = settings_of(data, settings_file)
    from handoff.sites import Sites
    from web.tokens import Tokens, server_secret

    sites = Sites(open_engine(settings))
    site = sites.by_name(name)
    if site is None:
        raise Refused(f"There is no site {name!r}.")
    if new:
        sites.add_identity_key(site.id)
    if drop is not None:
        key_id = "" if drop == FIRST else drop
        if key_id not in site.identity_keys:
            raise Refused(f"{site.name} has no key {drop!r}.")
        sites.drop_identity_key(site.id, key_id)
    tokens = Tokens(server_secret(settings.data, settings.secret))
    kept = sites.by_id(site.id)
    assert kept is not None
    for key_id in kept.identity_keys:
        print(f"{key_id or FIRST} {tokens.site_secret(site.id, key_id)}")
