"""What every shape of the API shares: strict fields, texts a database can keep, and the shapes of errors and lists."""

from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError


def _storable(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("string_unstorable", "A text cannot hold the character U+0000")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_storable)]
"""A text without blanks around it."""

Filled = Annotated[Text, StringConstraints(min_length=1)]
"""A text that is not empty."""

Raw = Annotated[str, AfterValidator(_storable)]
"""A text exactly as it was sent."""


class Shape(BaseModel):
    """A request's shape: what it does not describe is refused, so that a misspelt field is not lost in silence."""

    model_config = ConfigDict(extra="forbid")


class Found(BaseModel):
    """An answer's shape; it is made from values and rows by the names of their attributes."""

    model_config = ConfigDict(from_attributes=True)


Item = TypeVar("Item", bound=BaseModel)


class Everything(Found, Generic[Item]):
    """A list that is given whole."""

    items: list[Item]


class Page(Found, Generic[Item]):
    """A part of a list."""

    items: list[Item]
    next: str | None = Field(
        description="Send this as `after` for what follows; nothing follows where it is null.", examples=[None]
    )


class Problem(BaseModel):
    """Why a request was refused (RFC 9457, `application/problem+json`)."""

    type: str = Field(examples=["about:blank"])
    status: int = Field(description="The HTTP status.", examples=[409])
    code: str = Field(description="Stable; decide by it.", examples=["conflict"])
    message: str = Field(description="One sentence in the language of `Accept-Language`: what happened, what to do.")
    field: str | None = Field(description="The field it concerns, where there is one.", examples=[None])
    errors: list["FieldProblem"] = Field(
        default=[], description="Every field that does not have its shape, where that is the problem."
    )


class FieldProblem(BaseModel):
    """A field that does not have the described shape."""

    field: str = Field(description="Its path, such as `units.0.serial`.", examples=["units.0.serial"])
    message: str = Field(examples=["This field is missing."])
    code: str | None = Field(default=None, description="Stable, where a rule was broken.", examples=[None])
