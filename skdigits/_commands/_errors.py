"""The error of a command."""


class CommandError(Exception):
    """The command cannot do its work; the message is shown to the user."""
