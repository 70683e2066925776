"""What programs that read mail make a link of: letters of ours carry nobody's advertisement."""

import re

_LINK = r"www\.|https?:|@|\b[\w-]{2,}\.[a-z]{2,}\b"
"""Also the bare name of a site; « M. Durand », « A.B. » and « bât. B » are none: a space, or a letter alone."""
_IN_A_STREET = re.compile(_LINK, re.IGNORECASE)
_IN_A_NAME = re.compile(rf"[/\\]|{_LINK}", re.IGNORECASE)


def in_a_name(text: str) -> bool:
    """Whether a person or an organisation could not be called so."""
    return bool(_IN_A_NAME.search(text))


def in_a_street(text: str) -> bool:
    """The same for an address one goes to: « 3/5 rue du Bac » is one."""
    return bool(_IN_A_STREET.search(text))
