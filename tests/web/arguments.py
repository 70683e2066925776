"""What each address is made of, in a world: the arguments of its row (tests.web.test_matrix)."""

from typing import Any

from tests.web.world import World


def reference(world: World) -> list[Any]:
    return [world.mine.reference]


def held(world: World) -> list[Any]:
    return [world.held.reference]


def manage(world: World) -> list[Any]:
    return [world.manage]


def guest(world: World) -> list[Any]:
    return [world.guest]


def confirm(world: World) -> list[Any]:
    return [world.confirm]


def letter(world: World) -> list[Any]:
    return [world.letter.pk]


def thread(world: World) -> list[Any]:
    return [world.thread.reference]


def token(world: World) -> list[Any]:
    return [world.thread_token]


def wait(world: World) -> list[Any]:
    return [world.wait.reference]


def wait_token(world: World) -> list[Any]:
    return [world.wait_token]


def slug(world: World) -> list[Any]:
    return [world.bob.slug]


def paper(world: World) -> list[Any]:
    return [world.paper.reference]


def claim(world: World) -> list[Any]:
    return [world.paper.credential_id]


def mediator(world: World) -> list[Any]:
    return [world.bob.pk]


def applicant(world: World) -> list[Any]:
    return [world.applicant.pk]


def proposed(world: World) -> list[Any]:
    return [world.proposed.pk]


def roster(world: World) -> list[Any]:
    return [world.roster.reference]


def invited(world: World) -> list[Any]:
    return [world.invitation]


def practice(world: World) -> list[Any]:
    return [world.practice.slug]


def entrusted(world: World) -> list[Any]:
    return [world.entrusted.pk]


def draft(world: World) -> list[Any]:
    return [world.draft.reference]


def intake(world: World) -> list[Any]:
    return [world.intake.reference]


def intake_token(world: World) -> list[Any]:
    return [world.intake_token]


def intake_screen(world: World) -> list[Any]:
    return [world.draft.reference, "role"]


def information(world: World) -> list[Any]:
    return ["couts"]


def rule(world: World) -> list[Any]:
    return ["prior_attempt", "V3"]
