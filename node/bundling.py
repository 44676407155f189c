"""What an operator sends to others when something is wrong: texts in one file, without secrets.

Every text loses what looks like a secret, and then each secret that this directory is known to
hold, wherever it stands.
"""

import io
import os
import platform
import sys
import tarfile
from collections.abc import Iterable, Mapping
from importlib.metadata import distributions
from pathlib import Path

from node.config import CONFIG_FILE, NodeConfig, load_config
from node.next_key import next_keys
from node.observe.log import redacted
from node.setup import DirectoryInUse
from node.version import release_version
from primitives.errors import LocalFault

HIDDEN = "[hidden]"
LOG_BYTES_MAX = 4 * 1024 * 1024
_TEXT_BYTES_MAX = 32 * 1024 * 1024
_SECRET_CHARS_MIN = 8
_OPEN_FILES = (CONFIG_FILE, "genesis.json", "member.json")
_LOG_FILES = ("node.log",)


def local_texts(directory: Path, logs: Iterable[Path]) -> dict[str, str]:
    """Return the texts of a node's directory by name: settings, dumps, ends of logs, versions.

    Raises:
        LocalFault: one of `logs` cannot be read; names it.
    """
    found = {name: _text(directory / name) for name in _OPEN_FILES}
    config = _config_of(directory)
    if config is not None:
        dumps = sorted(config.data_dir.glob("halt-*.json"))
        found |= {f"dumps/{path.name}": _text(path) for path in dumps}
    own = enumerate(directory / name for name in _LOG_FILES)
    ends = [(number, path) for number, path in own if path.is_file()]
    for number, path in [*ends, *enumerate(logs, start=len(_LOG_FILES))]:
        found[f"logs/{number}-{path.name}"] = _end_of(path)
    texts = {name: text for name, text in found.items() if text is not None}
    return texts | {"versions.txt": _versions()}


def secrets_of(directory: Path) -> tuple[str, ...]:
    """Return the secrets that the directory and this process hold: keys, tokens, passwords."""
    config = _config_of(directory)
    held = [value for name, value in os.environ.items() if name.startswith("SAPHA_")]
    if config is not None:
        own_key = () if config.has_signer else (config.node.key,)
        secret_files = (*own_key, config.p2p.private_key, *config.operator.tokens.values())
        waiting = [each.key_file for each in next_keys(config)]
        for path in (*map(config.path, secret_files), *waiting):
            text = _text(path) or ""
            held += [text.strip(), *(line for line in text.splitlines() if "-----" not in line)]
    return tuple(secret for secret in held if len(secret) >= _SECRET_CHARS_MIN)


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Return `text` without what looks like a secret, and without each of `secrets`."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return redacted(text)


def write_bundle(path: Path, texts: Mapping[str, str]) -> None:
    """Write `texts` by name into a new gzipped tar file that only its owner may read.

    Raises:
        DirectoryInUse: there is a file at `path`.
        LocalFault: the disk refuses.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as tar:
            for name, text in sorted(texts.items()):
                data = text.encode()
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(data), 0o600
                tar.addfile(entry, io.BytesIO(data))
    except FileExistsError as error:
        raise DirectoryInUse(f"{path}: there is a file already; it is not overwritten") from error
    except OSError as error:
        raise LocalFault(f"{path}: {error.strerror}") from error


def _config_of(directory: Path) -> NodeConfig | None:
    """Return the configuration; None when it is broken: then the bundle shows just that."""
    try:
        return load_config(directory)
    except LocalFault:
        return None


def _text(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(_TEXT_BYTES_MAX).decode("utf-8", errors="replace")
    except OSError:
        return None


def _end_of(path: Path) -> str:
    """Return the end of a log. Raises LocalFault: whoever named it wants it in the bundle."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LOG_BYTES_MAX))
            return file.read(LOG_BYTES_MAX).decode("utf-8", errors="replace")
    except OSError as error:
        raise LocalFault(f"{path}: {error.strerror}: no log to put into the bundle") from error


def _versions() -> str:
    installed = sorted(f"{found.name} {found.version}" for found in distributions())
    lines = [f"sapha {release_version()}", f"python {sys.version}", platform.platform(), *installed]
    return "\n".join(lines) + "\n"
