"""Staff roles as the workforce releases name them, in the form of 2020 to 2022 and in that of 2026."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_CARE: Final = "Other Direct Patient Care staff"
_ADMIN: Final = "Other Admin/Non-clinical staff"
_DIRECTORS: Final = "Directors"


@dataclass(frozen=True)
class Role:
    """One detailed role.

    Attributes:
        group: STAFF_GROUP.
        role: STAFF_ROLE in the form of 2020 to 2022.
        detailed: DETAILED_STAFF_ROLE.
        share: how common it is among staff who are not link workers.
        role_2026: STAFF_ROLE in the form of 2026 where it differs.
        since_2026: whether only the form of 2026 knows it.
    """

    group: str
    role: str
    detailed: str
    share: float
    role_2026: str | None = None
    since_2026: bool = False


ROLES: Final = (
    Role(_CARE, "Social Prescribing Link Workers", "Social Prescribing Link Worker", 0.0),
    Role(
        _CARE,
        "Social Prescribing Link Workers (Mental Health Practitioners)",
        "Social Prescribing Link Worker (Mental Health Practitioner - Adult)",
        0.0,
        since_2026=True,
    ),
    Role(
        _CARE,
        "Social Prescribing Link Workers (Mental Health Practitioners)",
        "Social Prescribing Link Worker (Mental Health Practitioner - Children and Young People)",
        0.0,
        since_2026=True,
    ),
    Role(_CARE, "Pharmacists", "Pharmacist", 0.27),
    Role(_CARE, "Care Coordinators", "Care Coordinator", 0.17),
    Role(_CARE, "Physiotherapists", "Physiotherapist", 0.09),
    Role(_CARE, "Pharmacy Technicians", "Pharmacy Technician", 0.08),
    Role(_CARE, "Paramedics", "Paramedic", 0.06),
    Role(_CARE, "Physician Associates", "Physician Associate", 0.05),
    Role(_CARE, "Health and Wellbeing Coaches", "Health and Wellbeing Coach", 0.05),
    Role(_CARE, "Therapists", "Therapist- Occupational Therapist", 0.02),
    Role(
        _DIRECTORS, "Medical Clinical Director", "Clinical Director – Medical", 0.07, "Medical Clinical Director (GP)"
    ),
    Role(_DIRECTORS, "Non-clinical Director", "Other Director", 0.01),
    Role(_ADMIN, "Managers", "Manager", 0.05),
    Role(_ADMIN, "Other Admin/Non-clinical", "Other", 0.08),
    Role(_CARE, "General Practice Assistants", "General Practice Assistant", 0.05, since_2026=True),
    Role("Other GPs", "Salaried GPs", "Salaried By PCN", 0.05, since_2026=True),
    Role("Other Nurses", "Enhanced Practice Nurses", "Enhanced Practice Nurse", 0.02, since_2026=True),
)
PLAIN: Final = 0
MENTAL_HEALTH_ADULT: Final = 1
MENTAL_HEALTH_YOUNG: Final = 2
PHARMACIST: Final = 3
