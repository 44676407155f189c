"""The version of this release; pyproject.toml is the only place that says it."""

from importlib.metadata import version


def release_version() -> str:
    """Return what pyproject.toml said when Sapha was installed here."""
    return version("sapha")
