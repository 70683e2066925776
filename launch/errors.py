"""What stops a start, said in one sentence with the way to mend it."""


class CannotStart(Exception):
    """The message is shown as it is to the operator, without a traceback."""
