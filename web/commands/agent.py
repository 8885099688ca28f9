"""`warmline agent`: the people who take chats."""

import sys
from typing import Annotated

import typer

from web.commands.options import DataOption, JsonOption, SettingsOption, open_engine, settings_of
from web.errors import Refused

app = typer.Typer(help="The people who take chats.", no_args_is_help=True)

ROLES = ("agent", "editor", "supervisor", "admin")


@app.callback()
def agents() -> None:
    """The people who take chats."""


@app.command()
def add(
    email: Annotated[str, typer.Argument(help="E-mail address; it is the log-in name.")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")] = "agent",
    name: Annotated[
        str, typer.Option(help="Shown to customers.", show_default="from the address")
    ] = "",
    skill: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    capacity: Annotated[int | None, typer.Option(min=1, max=50, help="Chats at a time.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password instead of making one.")
    ] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Add a person; prints the one-time password."""
    if role not in ROLES:
        raise typer.BadParameter(f"{role!r} is none of {', '.join(ROLES)}.", param_hint="--role")
    settings = settings_of(data, settings_file)
    from handoff.accounts import Accounts, AgentRole
    from web.accounts.passwords import MIN_CHARS, hash_password, one_time_password

    password = sys.stdin.readline().rstrip("\n") if password_stdin else one_time_password()
    if len(password) < MIN_CHARS:
        raise Refused(f"A password needs at least {MIN_CHARS} characters.")
    account = Accounts(open_engine(settings)).add(
        email.strip(),
        name.strip() or name_from(email),
        AgentRole(role),
        hash_password(password),
        must_change_password=not password_stdin,
        skills=skill or (),
        capacity=capacity,
    )
    if as_json:
        import json

        told = {"id": account.id, "email": account.email, "name": account.name, "role": role}
        print(json.dumps(told if password_stdin else told | {"password": password}))
        return
    print(f"{account.name} <{account.email}> is in as {role}.", file=sys.stderr)
    if not password_stdin:
        print("The one-time password, shown only now:", file=sys.stderr)
        print(password)


@app.command("list")
def list_agents(data: DataOption = None, settings_file: SettingsOption = None) -> None:
    """List everyone."""
    settings = settings_of(data, settings_file)
    from handoff.accounts import Accounts

    for account in Accounts(open_engine(settings)).all():
        state = "  (shut out)" if account.disabled else ""
        print(f"{account.email}  {account.role.value}  {account.name}{state}")


@app.command()
def password(
    email: Annotated[str, typer.Argument(help="Whose.")],
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Give somebody a fresh one-time password; ends their sessions."""
    settings = settings_of(data, settings_file)
    from handoff.accounts import Accounts
    from web.accounts.passwords import hash_password, one_time_password

    accounts = Accounts(open_engine(settings))
    account = accounts.by_email(email)
    if account is None:
        raise Refused(f"Nobody has the address {email}.")
    fresh = one_time_password()
    accounts.set_password(account.id, hash_password(fresh), must_change_password=True)
    print(fresh)


def name_from(email: str) -> str:
    """Make a name of an address: `ada.lovelace@…` is Ada Lovelace."""
    words = email.split("@")[0].replace(".", " ").replace("_", " ").replace("-", " ").split()
    return " ".join(word.capitalize() for word in words) or email
