"""Who may do what: the one permission table (SPEC, "Who may do what")."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from rmatrack.domain.errors import NotAllowedError, _

PersonId = NewType("PersonId", int)
PartnerId = NewType("PartnerId", int)


class Role(StrEnum):
    """What a person is to the programme; each person has exactly one role."""

    SALES_ADMIN = "sales-admin"
    SALES_FULL_ADMIN = "sales-full-admin"
    PARTNER_USER = "partner-user"
    LOGISTICS = "logistics"
    SUPPORT = "support"
    TRIALS_TEAM = "trials-team"
    ADMINISTRATOR = "administrator"
    CUSTOMER_ADMINISTRATOR = "customer-administrator"
    SYSTEM = "system"


WORDS: dict[Role, str] = {
    Role.SALES_ADMIN: _("sales administrator"),
    Role.SALES_FULL_ADMIN: _("sales full administrator"),
    Role.PARTNER_USER: _("partner user"),
    Role.LOGISTICS: _("logistics"),
    Role.SUPPORT: _("support"),
    Role.TRIALS_TEAM: _("trials team"),
    Role.ADMINISTRATOR: _("administrator"),
    Role.CUSTOMER_ADMINISTRATOR: _("customer administrator"),
    Role.SYSTEM: _("system"),
}


class Permission(StrEnum):
    """A deed or a view that a page, an export or an API call may ask for."""

    SEE_ORDERS = "see-orders"
    SEE_EVERYTHING = "see-everything"
    FIND = "find"
    RECORD_SHIPMENTS = "record-shipments"
    CORRECT_SHIPMENTS = "correct-shipments"
    PRINT_LABELS = "print-labels"
    ASK_REPLACEMENT_LABEL = "ask-replacement-label"
    SCAN = "scan"
    SETTLE = "settle"
    FOLLOW_PARCELS = "follow-parcels"
    INSPECT = "inspect"
    MANAGE_TRIALS = "manage-trials"
    ASK_EXTENSION = "ask-extension"
    APPROVE_EXTENSIONS = "approve-extensions"
    CERTIFY_PARTNERS = "certify-partners"
    SEE_POLICY = "see-policy"
    SEE_HISTORY = "see-history"
    SEE_MAIL = "see-mail"
    ANSWER_MAIL = "answer-mail"
    MANAGE_PEOPLE = "manage-people"
    EDIT_CATALOGUE = "edit-catalogue"
    LOOK_AFTER_JOBS = "look-after-jobs"
    SEE_CHARGES = "see-charges"
    DISPUTE_CHARGES = "dispute-charges"


PERMISSION_WORDS: dict[Permission, str] = {
    Permission.SEE_ORDERS: _("see orders and devices"),
    Permission.SEE_EVERYTHING: _("see those of every partner"),
    Permission.FIND: _("find orders"),
    Permission.RECORD_SHIPMENTS: _("record and import shipments"),
    Permission.CORRECT_SHIPMENTS: _("correct recorded shipments"),
    Permission.PRINT_LABELS: _("print labels"),
    Permission.ASK_REPLACEMENT_LABEL: _("get a replacement label"),
    Permission.SCAN: _("scan returns"),
    Permission.SETTLE: _("settle discrepancies"),
    Permission.FOLLOW_PARCELS: _("follow parcels and book pickups"),
    Permission.INSPECT: _("inspect returned devices"),
    Permission.MANAGE_TRIALS: _("start and manage trials"),
    Permission.ASK_EXTENSION: _("ask for an extension"),
    Permission.APPROVE_EXTENSIONS: _("approve extensions"),
    Permission.CERTIFY_PARTNERS: _("certify partners"),
    Permission.SEE_POLICY: _("see the policy"),
    Permission.SEE_HISTORY: _("see the history"),
    Permission.SEE_MAIL: _("see all mail and look after it"),
    Permission.ANSWER_MAIL: _("answer callers and incoming mail"),
    Permission.MANAGE_PEOPLE: _("manage people and accounts"),
    Permission.EDIT_CATALOGUE: _("edit the catalogue of models"),
    Permission.LOOK_AFTER_JOBS: _("look after background work"),
    Permission.SEE_CHARGES: _("see charge proposals"),
    Permission.DISPUTE_CHARGES: _("dispute charge proposals"),
}

_P = Permission
_OF_PARTNERS = frozenset(
    {_P.SEE_ORDERS, _P.FIND, _P.ASK_REPLACEMENT_LABEL, _P.ASK_EXTENSION, _P.SEE_CHARGES, _P.DISPUTE_CHARGES}
)
_INSIDE = frozenset({_P.SEE_ORDERS, _P.SEE_EVERYTHING, _P.FIND, _P.SEE_POLICY, _P.SEE_CHARGES})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.PARTNER_USER: _OF_PARTNERS,
    Role.SALES_ADMIN: _OF_PARTNERS | {_P.MANAGE_TRIALS},
    Role.SALES_FULL_ADMIN: _OF_PARTNERS | {_P.MANAGE_TRIALS},
    Role.SUPPORT: _INSIDE | {_P.ASK_REPLACEMENT_LABEL, _P.PRINT_LABELS, _P.SEE_MAIL, _P.ANSWER_MAIL},
    Role.LOGISTICS: _INSIDE
    | {
        _P.RECORD_SHIPMENTS,
        _P.CORRECT_SHIPMENTS,
        _P.PRINT_LABELS,
        _P.ASK_REPLACEMENT_LABEL,
        _P.SCAN,
        _P.SETTLE,
        _P.FOLLOW_PARCELS,
        _P.INSPECT,
        _P.SEE_HISTORY,
        _P.SEE_MAIL,
    },
    Role.TRIALS_TEAM: _INSIDE | {_P.APPROVE_EXTENSIONS, _P.CERTIFY_PARTNERS, _P.SEE_HISTORY, _P.SEE_MAIL},
    Role.ADMINISTRATOR: _INSIDE
    | {_P.MANAGE_PEOPLE, _P.EDIT_CATALOGUE, _P.LOOK_AFTER_JOBS, _P.SEE_HISTORY, _P.SEE_MAIL},
    Role.CUSTOMER_ADMINISTRATOR: frozenset(),
    Role.SYSTEM: frozenset(Permission),
}

PARTNER_ROLES = frozenset({Role.PARTNER_USER, Role.SALES_ADMIN, Role.SALES_FULL_ADMIN})
"""Roles that belong to a partner organisation; the others see across all partners."""


WITHOUT_ACCOUNT = frozenset({Role.CUSTOMER_ADMINISTRATOR, Role.SYSTEM})
"""Nobody signs in as one of these: customer administrators act through signed links."""


LONGEST_NAME = 200
"""As much of a name as is kept of whoever acts."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the system) on whose behalf a deed is done.

    `partner_id` is set for the partner roles only. `permissions` may be narrower than the role's: the scopes of
    an API token.
    """

    person_id: PersonId | None
    name: str
    role: Role
    partner_id: PartnerId | None
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        """Say whether this actor has *permission*."""
        return permission in self.permissions

    def must(self, permission: Permission) -> None:
        """Raise `NotAllowedError` where this actor lacks *permission*."""
        if permission not in self.permissions:
            raise NotAllowedError


SYSTEM = Actor(person_id=None, name="system", role=Role.SYSTEM, partner_id=None, permissions=PERMISSIONS[Role.SYSTEM])
"""The actor of the command line and of background work."""
