"""`warmline serve`: the server."""

from web.commands.options import DataOption, HostOption, PortOption, SettingsOption, settings_of


def serve(
    data: DataOption = None,
    settings_file: SettingsOption = None,
    host: HostOption = None,
    port: PortOption = None,
) -> None:
    """Serve widget, console and API; prints `ready URL` when it does."""
    settings = settings_of(data, settings_file, host=host, port=port)
    from web.serving import run_server

    run_server(settings)
