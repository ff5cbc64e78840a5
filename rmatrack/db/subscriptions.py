"""What customers have bought, by the product's name on the order, and which partner manages it (SPEC T-15)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.people import Partner


class Subscription(Base):
    """A product that a customer has bought; `service` is what it gives, old and new product names alike."""

    __tablename__ = "subscription"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    product: Mapped[str] = mapped_column(String(100))
    service: Mapped[str] = mapped_column(String(16))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    """Who manages it; empty where the vendor itself does."""
    bought_at: Mapped[datetime] = mapped_column(Moment)

    partner: Mapped[Partner | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (Index("uq_subscription_customer_id_product", "customer_id", "product", unique=True),)
