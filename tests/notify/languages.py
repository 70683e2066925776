"""Words that betray a language: what a letter in the other one may not hold."""

import re
from html import unescape

ADDRESS = re.compile(r"https?://\S+")
MARKUP = re.compile(r"<style.*?</style>|<title>.*?</title>|<[^>]+>", re.DOTALL)
FRENCH = re.compile(
    r"[éèêàâçùûîôœ«»]|\b(?:[ldnsjm]|qu)’|\b(?:vous|votre|vos|nous|notre|le|la|les|un|une|des|du|est|sont|pour|par|avec|dans|sur|qui|que|ce|"
    r"cette|ou|et|pas|plus|rendez-vous|lettre|bonjour|heure|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|novembre|gratuit)\b",
    re.IGNORECASE,
)  # fmt: skip
ENGLISH = re.compile(
    r"\b(?:the|your|you|we|our|and|with|for|this|that|is|are|not|of|to|at|by|appointment|letter|hello|time|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|november|free)\b",
    re.IGNORECASE,
)  # fmt: skip
FOREIGN = {"en": FRENCH, "fr": ENGLISH}


def foreign(text: str, language: str, *given: str) -> list[str]:
    """The words of the other language; addresses, markup and what people gave (names, places) do not count."""
    words = unescape(MARKUP.sub(" ", ADDRESS.sub(" ", text)))
    for one in given:
        words = words.replace(one, " ")
    return [words[max(found.start() - 25, 0) : found.end() + 25] for found in FOREIGN[language].finditer(words)]
