"""A backup of a signer: settings, key file, TLS certificate, genesis; no sign-state to sign by.

Nobody can know what was signed after it was made. What is put back therefore signs nothing until
an operator says above which height (`sapha signer recover`). A key in a token is not
in it, nor the token's PIN.
"""

from pathlib import Path

from node.backups import (
    Backup,
    BackupForm,
    BadBackup,
    Restored,
    check_places,
    listener_of,
    read_files,
    write_files,
)
from node.files import key_of
from node.secret_files import private_files
from node.signer.settings import (
    CERTIFICATE_FILE,
    GENESIS_FILE,
    KEY_FILE,
    SIGNER_FILE,
    TLS_KEY_FILE,
    load_signer_config,
)
from node.store.sign_state import held
from primitives.crypto import PublicKey

SIGNER = BackupForm(
    name="sapha-signer-backup 1",
    roles=("settings", "genesis", "key", "certificate", "private_key"),
    optional=("genesis", "key"),
)


def make_signer_backup(directory: Path, now_ms: int) -> Backup:
    """Return the backup of a stopped signer's directory.

    Raises:
        StoreLocked: the signer runs.
        LocalFault: a file is missing or too large; names it.
    """
    config = load_signer_config(directory)
    may_miss = ("genesis", "key") if config.token.module else ("genesis",)
    with held(config.sign_state_dir) as signing:
        return Backup(
            form=SIGNER,
            node="signer",
            made_at_ms=now_ms,
            files=read_files(_places(directory), may_miss=may_miss),
            sign_state=signing.state,
        )


@private_files()
def restore_signer(directory: Path, backup: Backup) -> Restored:
    """Write the files of a backup into `directory`, and before them a sign-state that is silent.

    Raises:
        StoreLocked: a signer runs there.
        DirectoryInUse: another file is in the place of one.
        SignStateNewer: the sign-state there says more than the backup's.
        BadBackup: it holds neither a key nor a sign-state.
        LocalFault: the key inside is no key, or the disk refuses.
    """
    places = _places(directory)
    check_places(directory, places, backup)

    def own_key() -> PublicKey:
        if "key" not in backup.files:
            raise BadBackup("the backup holds neither a key nor a sign-state")
        return key_of(backup.files["key"].decode("ascii", errors="replace"), "key").public_key

    folder = directory / "sign_state"
    with held(folder) as signing:
        signing.start(listener_of(backup, signing, own_key))
    return Restored(node=backup.node, written=write_files(places, backup), sign_state=folder)


def _places(directory: Path) -> dict[str, Path]:
    """Return where each role's file lies; signer.toml last: when it is there, all is."""
    return {
        "genesis": directory / GENESIS_FILE,
        "key": directory / KEY_FILE,
        "certificate": directory / CERTIFICATE_FILE,
        "private_key": directory / TLS_KEY_FILE,
        "settings": directory / SIGNER_FILE,
    }
