"""Contents of random-looking bytes, files that fail when told to, and a policy held in a dict."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from node.blobs.policy import Listed
from node.store.faults import StoreFull
from node.store.files import OsFiles
from primitives.blob import Head, blob_digest
from primitives.blob_documents import WRAP_BYTES, Wrap, Wraps
from primitives.crypto import Digest, digest
from primitives.ids import address_of
from tests.builders import CHAIN_ID, key

CITIZEN = key(1)
OFFICER = key(2)
OUTSIDER = key(3)
NOW_MS = 1_763_900_000_000


def address(signer):
    return address_of(signer.public_key)


def noise(name: str, size: int) -> bytes:
    """Return `size` bytes that only `name` gives."""
    return (digest("noise", name.encode()) * (size // 32 + 1))[:size]


@dataclass(frozen=True)
class Content:
    """A content as a client uploads it."""

    blobs: tuple[bytes, ...]

    @property
    def digest(self) -> Digest:
        return blob_digest(self.blobs[0])


def content(name: str = "complaint", *, parts: int = 0, size: int = 1_000) -> Content:
    """Return a content of a head and `parts` further blobs, each of about `size` bytes."""
    others = tuple(noise(f"{name}-{n}", size) for n in range(1, parts + 1))
    head = Head(tuple(blob_digest(other) for other in others), noise(name, size))
    return Content((head.encode(), *others))


def wraps(made: Content, signer=CITIZEN, *, version: int = 1, recipients=(b"A",)):
    """Return a signed document with a wrap for each recipient."""
    listed = tuple(Wrap(name.ljust(32, b"."), noise(repr(name), WRAP_BYTES)) for name in recipients)
    body = Wraps(
        chain_id=CHAIN_ID,
        content=made.digest,
        author=address(signer),
        version=version,
        wraps=listed,
    )
    return body.sign(signer)


class Crash(BaseException):
    """The process ends here."""


class BrokenFiles(OsFiles):
    """Files of the operating system whose calls fail when told to."""

    def __init__(self) -> None:
        self.failing: dict[str, BaseException] = {}

    @contextmanager
    def failing_at(self, call: str, error: BaseException):
        self.failing[call] = error
        try:
            yield
        finally:
            del self.failing[call]

    def write(self, descriptor, data):
        self._fail("write")
        super().write(descriptor, data)

    def fsync(self, descriptor):
        self._fail("fsync")
        super().fsync(descriptor)

    def rename(self, source, target):
        self._fail("rename")
        super().rename(source, target)

    def fsync_dir(self, path):
        self._fail("fsync_dir")
        super().fsync_dir(path)

    def _fail(self, call: str) -> None:
        if call in self.failing:
            raise self.failing[call]


FULL = StoreFull("no space")


@dataclass
class Ledger:
    """What the ledger says, as a BlobPolicy; `name` puts a content on it."""

    hosts: dict[Digest, tuple[str, ...]] = field(default_factory=dict)
    readers: dict[Digest, set[bytes]] = field(default_factory=dict)
    erased: set[Digest] = field(default_factory=set)
    feed: list[Listed] = field(default_factory=list)
    public: set[Digest] = field(default_factory=set)
    is_there: bool = True
    sites: set[tuple[bytes, object]] = field(default_factory=set)
    strangers: set[bytes] = field(default_factory=set)
    officers: set[bytes] = field(default_factory=set)

    def name(self, made: Content, *hosts: str, readers=(CITIZEN, OFFICER)) -> None:
        self.hosts[made.digest] = hosts
        self.readers[made.digest] = {address(reader) for reader in readers}
        self.feed.append(Listed(len(self.feed) + 1, made.digest))

    def erase(self, made: Content) -> None:
        self.erased.add(made.digest)
        self.hosts[made.digest] = ()
        self.readers[made.digest] = set()
        self.feed.append(Listed(len(self.feed) + 1, made.digest))

    def is_active(self):
        return self.is_there

    def content_hosts(self, content):
        return self.hosts.get(content, ())

    def may_read(self, content, address):
        return content in self.public or address in self.readers.get(content, ())

    def is_erased(self, content):
        return content in self.erased

    def contents_since(self, after, limit):
        rest = [
            row for row in self.feed if (row.height, row.content) > (after.height, after.content)
        ]
        return tuple(rest[:limit])

    def is_key_of(self, address, public_key):
        return address_of(public_key) == address

    def is_site_of(self, public_key, site):
        return (public_key, site) in self.sites

    def is_known(self, address):
        return address not in self.strangers

    def is_of_agency(self, address):
        return address in self.officers
