"""The catalogue as an administrator keeps it: models added and changed, each change in the history."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from rmatrack.db.catalogue import Model, all_models
from rmatrack.domain.catalogue import ModelExistsError, ModelFacts, checked, model_number_from
from rmatrack.domain.customs import Fact
from rmatrack.domain.errors import ConflictError, NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.services.history import record


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model, and what customs would still ask of it."""

    model: Model
    missing: Sequence[Fact]


def catalogue(session: Session, *, by: Actor) -> list[ModelEntry]:
    """Return every model, by family and name."""
    by.must(Permission.SEE_POLICY)
    return [ModelEntry(model, missing_of(model)) for model in all_models(session)]


def model_numbered(session: Session, number: str, *, by: Actor) -> Model:
    """Return one model; raises `NotFoundError`."""
    by.must(Permission.SEE_POLICY)
    model = session.get(Model, number.strip().upper())
    if model is None:
        raise NotFoundError
    return model


def missing_of(model: Model) -> list[Fact]:
    """Return what customs ask and the catalogue does not say."""
    known = ((Fact.HS_CODE, model.hs_code), (Fact.MADE_IN, model.made_in), (Fact.VALUE, model.value))
    return [fact for fact, value in known if not value]


def add_model(session: Session, number: str, facts: ModelFacts, *, policy: Policy, by: Actor, now: datetime) -> Model:
    """Add a model; raises `ModelExistsError` and the refusals of `rmatrack.domain.catalogue`."""
    by.must(Permission.EDIT_CATALOGUE)
    exact = model_number_from(number)
    kept = checked(facts, list(policy.families))
    if session.get(Model, exact) is not None:
        raise ModelExistsError(field="number", model=exact)
    model = Model(number=exact, **asdict(kept))
    session.add(model)
    session.flush()
    record(session, [Change("model", exact, "added", "name", None, kept.name)], by=by, now=now)
    return model


def change_model(
    session: Session,
    number: str,
    facts: ModelFacts,
    *,
    version: int | None,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> Model:
    """Change a model that was at *version* when it was shown (None: whatever it is now).

    Raises `NotFoundError`, `ConflictError` where somebody was quicker, and the refusals of `rmatrack.domain.catalogue`.
    """
    by.must(Permission.EDIT_CATALOGUE)
    model = model_numbered(session, number, by=by)
    if version is not None and model.version != version:
        raise ConflictError
    changes = []
    for field, value in asdict(checked(facts, list(policy.families))).items():
        old = getattr(model, field)
        if old != value:
            setattr(model, field, value)
            changes.append(Change("model", model.number, "changed", _word(field), _written(old), _written(value)))
    session.flush()
    record(session, changes, by=by, now=now)
    return model


def facts_of(model: Model) -> ModelFacts:
    """Return what the catalogue says of *model*."""
    return ModelFacts(**{field: getattr(model, field) for field in ModelFacts.__dataclass_fields__})


def _word(field: str) -> str:
    return field.replace("_", " ")


def _written(value: object) -> str | None:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return None if value in (None, "") else str(value)
