"""Asking for many keys in one statement whose text is the same whatever their number, so that it is prepared once."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, ColumnElement, Dialect, Integer, String, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

_BEYOND = 2**63
"""No column holds a number so large: it is nobody's key."""


class KeyList(TypeDecorator[list[Any]]):
    """A list as one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, numbers: bool) -> None:
        super().__init__()
        self.numbers = numbers

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(BigInteger if self.numbers else String))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        keys = sorted(key for key in value or () if not self.numbers or -_BEYOND <= key < _BEYOND)
        return keys if dialect.name == "postgresql" else json.dumps(keys)


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "among"

    def self_group(self, against: OperatorType | None = None) -> "_Among":
        """Stand alone: with the `= 1` that is otherwise added for SQLite, no index would be used."""
        return self


def among(column: InstrumentedAttribute[Any], parameter: str) -> ColumnElement[bool]:
    """The condition that *column* is one of the keys given as *parameter* when the statement is executed."""
    return _Among(column, bindparam(parameter, type_=KeyList(isinstance(column.type, BigInteger | Integer))))


@compiles(_Among)
def _in_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608  Compiled SQL, values apart.


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY({keys})"
