"""What `sapha` says of itself: its version, and the script for a shell's completion."""


def version() -> str:
    """Return the name and the version of the installed release."""
    from node.version import release_version  # noqa: PLC0415 - no other command asks

    return f"sapha {release_version()}"


def completion() -> str:
    """Return what bash or zsh reads to complete `sapha`."""
    from commands.framework.completion import script  # noqa: PLC0415 - as above

    return script().rstrip()
