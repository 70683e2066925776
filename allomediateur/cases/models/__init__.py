"""Tables of the cases: one aggregate a file."""

from allomediateur.cases.models.compartments import Compartment, CompartmentKey, Membership, PartyName, Sealed
from allomediateur.cases.models.intakes import DRAFT_KEPT, UNDER_WAY, Intake, IntakeStep, Proposal

__all__ = [
    "DRAFT_KEPT", "UNDER_WAY", "Compartment", "CompartmentKey", "Intake", "IntakeStep", "Membership", "PartyName",
    "Proposal", "Sealed",
]  # fmt: skip
