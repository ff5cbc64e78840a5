"""A person's own tokens: which there are, a new one, one less."""

from datetime import datetime
from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import AwareDatetime, Field, field_validator
from sqlalchemy.orm import Session

from rmatrack.domain.people import Permission
from rmatrack.services import tokens
from rmatrack.web.access import signed_in
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Everything, Filled, Found, Shape
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-tokens", __name__, url_prefix="/api/v1/tokens", tag="Tokens")


class Token(Found):
    """A key of one of your programs; its secret is not kept."""

    id: int = Field(examples=[3])
    name: str = Field(examples=["Warehouse sync"])
    scopes: list[Permission] = Field(examples=[["see-orders", "scan"]])
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="Exact to the hour.")

    @field_validator("scopes", mode="before")
    @classmethod
    def _apart(cls, kept: str | list[str]) -> list[str]:
        return kept.split() if isinstance(kept, str) else kept


class NewToken(Token):
    """A token with its secret, which is shown this once."""

    secret: str = Field(examples=["rmat_kXn2…"])


class TokenIn(Shape):
    """A token to be made."""

    name: Filled = Field(max_length=100, examples=["Warehouse sync"])
    scopes: list[Permission] = Field(min_length=1, examples=[["see-orders", "scan"]])
    expires_at: AwareDatetime | None = Field(default=None, examples=["2027-01-31T00:00:00Z"])


@bp.get("")
@bp.output(Everything[Token])
@signed_in
def index() -> Everything[Token]:
    """List your tokens, the newest first."""
    return Everything(items=[Token.model_validate(token) for token in tokens.own_tokens(read_session(), by=g.actor)])


@bp.post("")
@bp.input(TokenIn)
@bp.output(NewToken, HTTPStatus.CREATED)
@writes
@refuses(tokens.NoScopeError, tokens.ExpiryPassedError)
@signed_in
def issue(json_data: TokenIn) -> Response:
    """Make a token that may do what you choose, at most what you may do with the token you ask with.

    A program that repeats this under the same idempotency key is told the secret again, until the key is forgotten.
    """

    def deed(session: Session) -> NewToken:
        token, secret = tokens.issue_token(
            session,
            g.actor.person_id,
            json_data.name,
            frozenset(json_data.scopes),
            expires_at=json_data.expires_at,
            by=g.actor,
            now=g.now,
        )
        return NewToken(**Token.model_validate(token).model_dump(), secret=secret)

    return once(deed, status=HTTPStatus.CREATED)


@bp.delete("/<int:token_id>")
@bp.output(Token)
@writes
@signed_in
def revoke(token_id: int) -> Response:
    """Stop a token from working."""
    return once(lambda session: Token.model_validate(tokens.revoke_token(session, token_id, by=g.actor, now=g.now)))
