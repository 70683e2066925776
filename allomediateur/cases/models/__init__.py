"""Tables of the cases: one aggregate a file."""

from allomediateur.cases.models.compartments import Compartment, CompartmentKey, Membership, PartyName, Sealed

__all__ = ["Compartment", "CompartmentKey", "Membership", "PartyName", "Sealed"]
