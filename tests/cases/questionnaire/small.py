"""A questionnaire of a few lines that has no fault, to plant one in."""

from allomediateur.cases.questionnaire.loading import parse
from allomediateur.cases.questionnaire.shapes import Questionnaire

SMALL = """
version: 1
minutes: 1
title: {fr: "Raconter", en: "Tell"}
said:
  unknown: {fr: "Je ne sais pas", en: "I don’t know"}
  declined: {fr: "Je préfère ne pas répondre", en: "I’d rather not answer"}
  blank: {fr: "Rien", en: "Nothing"}
readers:
  - id: mediator
    seen_by: [after_acceptance]
    text: {fr: "Lu par le médiateur.", en: "Read by the mediator."}
danger: {question: fear, is: "yes"}
unsure: {question: fear, is: unknown}
bands: [5000]
sections:
  - {id: first, title: {fr: "Vous", en: "You"}}
  - {id: last, title: {fr: "La suite", en: "What follows"}}
screens:
  - id: fear
    section: first
    questions:
      - id: fear
        type: yes_no
        label: {fr: "Avez-vous peur ?", en: "Are you afraid?"}
        why: {fr: "Pour être discrets.", en: "To be discreet."}
        read_by: mediator
        seen_by: [after_acceptance]
        unknown: true
  - id: stop
    section: first
    ends: family
    when: {question: fear, is: "yes"}
    title: {fr: "Appelez le 17", en: "Call 17"}
    body: [{fr: "Tout de suite.", en: "At once."}]
    links: [{name: assistance, label: {fr: "De l’aide", en: "Help"}}]
  - id: domain
    section: last
    questions:
      - id: domain
        type: one
        label: {fr: "De quoi s’agit-il ?", en: "What is it about?"}
        why: {fr: "Pour chercher.", en: "To look for somebody."}
        read_by: mediator
        seen_by: [after_acceptance]
        unknown: true
        choices:
          - {value: home, label: {fr: "La maison", en: "Home"}}
          - {value: work, label: {fr: "Le travail", en: "Work"}}
  - id: end
    section: last
    ends: send
    questions:
      - id: name
        type: short
        label: {fr: "Votre nom", en: "Your name"}
        why: {fr: "Pour vous appeler.", en: "To call you."}
        read_by: mediator
        seen_by: [after_acceptance]
        must_know: "A test."
""".replace(" ?", "\u00a0?")


def planted(old: str, new: str, *, everywhere: bool = False) -> Questionnaire:
    """The small one with its first `old` made `new`."""
    assert old in SMALL
    return parse(SMALL.replace(old, new, -1 if everywhere else 1))
