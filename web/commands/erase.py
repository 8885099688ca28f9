"""`warmline erase`: forget a customer."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from web.commands.options import DataOption, JsonOption, SettingsOption, open_engine, settings_of
from web.errors import NotFound


def erase(
    conversation: Annotated[
        list[str] | None, typer.Option("--conversation", help="Id; may be given several times.")
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", help="The address that the customer left.")
    ] = None,
    visitor: Annotated[
        str | None,
        typer.Option("--visitor", help="The visitor's secret, as the widget keeps it."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be forgotten.")
    ] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Forget what a customer wrote and who they are; times and scores stay. Cannot be undone."""
    if not (conversation or email or visitor):
        raise typer.BadParameter("Say who: --conversation, --email or --visitor.")
    settings = settings_of(data, settings_file)
    from handoff import erasure
    from handoff.events import ConversationId
    from handoff.exports import Exports
    from web.tokens import visitor_hash_of

    engine = open_engine(settings)
    exports = Exports(engine)
    found = [ConversationId(each) for each in conversation or ()]
    found += exports.of_email(email) if email else []
    found += exports.of_visitor(visitor_hash_of(visitor)) if visitor else []
    if not found:
        raise NotFound("There is no conversation of that customer.")
    found = list(dict.fromkeys(found))
    if dry_run:
        print(json.dumps(found) if as_json else "\n".join(found))
        print(f"{len(found)} would be forgotten.", file=sys.stderr)
        return
    reports = [erasure.erase(engine, each) for each in found]
    if as_json:
        print(json.dumps([asdict(report) for report in reports], indent=2))
        return
    for report in reports:
        profile = "profile forgotten" if report.profile else "no profile"
        print(
            f"{report.conversation}  {report.events} events  {report.comments} comments  "
            f"{report.packets} packets  {profile}"
        )
