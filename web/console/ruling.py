"""The rules in force and the packet's schema, for whoever is signed in."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from handoff import packet
from web.accounts.sessions import required_account
from web.rulebook import MatterLine, RuleLine
from web.wiring import wiring_of

router = APIRouter()


class Ruling(BaseModel):
    """Who gets a person, and when: every rule with its value and meaning, every matter."""

    rules: list[RuleLine]
    matters: list[MatterLine]


@router.get("/api/rules", tags=["console"])
async def rules(request: Request) -> Ruling:
    """The rules in force, with what each means."""
    wiring = wiring_of(request)
    await required_account(request, wiring)
    return Ruling(rules=list(wiring.rules.lines()), matters=list(wiring.rules.matter_lines()))


@router.get("/api/schemas/packet", tags=["console"])
async def packet_schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of the packet, as the console and webhooks get it."""
    return packet.schema()
