"""What every installation needs before its first shipment."""

from sqlalchemy.orm import Session

from rmatrack.db.catalogue import Model as ModelRow
from rmatrack.db.catalogue import known_numbers
from rmatrack.domain.policy import Model, Policy


def prepare(session: Session, policy: Policy) -> None:
    """Add the models of *policy* that the catalogue does not have yet; those it has stay as somebody left them."""
    known = known_numbers(session)
    session.add_all(_row(model) for code, model in policy.models.items() if code not in known)


def _row(model: Model) -> ModelRow:
    length, width, height = model.box_mm
    return ModelRow(
        number=model.code,
        name=model.name,
        family=model.family,
        weight_kg=model.weight_kg,
        length_mm=length,
        width_mm=width,
        height_mm=height,
        made_in=model.made_in,
        hs_code=model.hs_code,
        value=model.value,
        currency=model.currency,
    )
