"""Mediators and what is known of them, their offices, communes, specialties; what they claim and what was decided."""

from allomediateur.directory.models.credentials import Application, Credential, Decision, Document, Photo
from allomediateur.directory.models.imports import Redirect, Roster
from allomediateur.directory.models.mediators import (
    Commune,
    Mediator,
    MediatorQuerySet,
    Office,
    Specialty,
    check_room,
    check_territory,
    check_zone,
    whose_holidays,
)
from allomediateur.directory.models.practices import Practice, PracticeMember
from allomediateur.directory.models.reveals import Reveal
from allomediateur.directory.models.secretaries import Secretary

__all__ = [
    "Application", "Commune", "Credential", "Decision", "Document", "Mediator", "MediatorQuerySet", "Office", "Photo",
    "Practice", "PracticeMember", "Redirect", "Reveal", "Roster", "Secretary", "Specialty", "check_room",
    "check_territory", "check_zone", "whose_holidays",
]  # fmt: skip
