"""A node double over the real identity contract, and the parties who run `sapha id` at it."""

import asyncio
import json
from contextlib import contextmanager

from client.errors import RpcRefused
from client.keystore import write_secret
from commands.identity.registration import tag_key_text
from commands.menu.identity import app
from contracts.tools.testing import key_of
from tests.cli.network import Refusal, node
from tests.cli.runner import invoke
from tests.client.identity.chain import KINDS, with_nodes

CITIZEN_ID = "9999999999994"
CITIZENS = ("somchai", "malee")


class Town:
    """Runs `sapha id` for agencies and citizens, whose files are in a folder."""

    def __init__(self, url, folder, agencies, bank="first-bank", registry="registry"):
        self.url = url
        self.folder = folder
        self.bank = bank
        self.registry = registry
        for agency in agencies:
            write_secret(folder / f"{agency}.key", key_of(agency).seed.hex() + "\n")
            write_secret(folder / f"{agency}.node", key_of(f"{agency}-node").seed.hex() + "\n")
        write_secret(folder / "tags", tag_key_text(b"t" * 32))
        for name in CITIZENS:
            write_secret(folder / f"{name}.seed", key_of(f"citizen-{name}").seed.hex() + "\n")

    def file(self, name):
        """The path of a file of the town."""
        return self.folder / name

    def run(self, *arguments, by="", citizen="", text=None):
        """Run a command as an agency's account, or for a citizen."""
        environment = {"SAPHA_RPC": self.url}
        if by:
            environment["SAPHA_KEY"] = str(self.file(f"{by}.key"))
        if citizen:
            environment["SAPHA_CITIZEN"] = str(self.file(f"{citizen}.seed"))
        return invoke(app, [str(each) for each in arguments], env=environment, input=text or "")

    def json(self, *arguments, by="", citizen="", text=None):
        """Run a command that must succeed; return its line of JSON."""
        result = self.run(*arguments, "--json", by=by, citizen=citizen, text=text)
        assert result.exit_code == 0, (result.stdout, result.stderr, result.exception)
        return json.loads(result.stdout)

    def draft(self, *arguments):
        """Draft into a new file of the town; return its path and the draft's fields."""
        path = self.file(f"draft-{len(list(self.folder.iterdir()))}")
        return path, self.json(*arguments, "--out", path)["fields"]

    def sign(self, path, citizen, *more):
        """Sign a draft as a citizen who agrees; return its fields."""
        return self.json("sign", path, *more, "--agree", citizen=citizen)["fields"]

    def send(self, path, by):
        """Send a signed draft."""
        return self.json("send", path, by=by)

    def registered(self, citizen="somchai", number=CITIZEN_ID):
        """Register a citizen at the first bank; return the subject."""
        key = self.json("keys", citizen=citizen)["subject_key"]
        path, fields = self.draft("register", self.bank, "--subject-key", key)
        keys = ("--node-key", self.file(f"{self.registry}.node"), "--tag-key", self.file("tags"))
        self.json("certify", path, "-", *keys, text=number)
        self.sign(path, citizen)
        self.send(path, self.bank)
        return fields["sid"]

    def matched(self, sid, faces="faces", *, citizen="somchai", purpose="proofing"):
        """Attest a face match for the first bank and a citizen's key; return the evidence."""
        key = self.json("keys", citizen=citizen)["subject_key"]
        opening = self.file(f"match-{len(list(self.folder.iterdir()))}")
        seen = ("--officer", "counter-4", "--pad-level", "1", "--opening-out", opening)
        use = (self.bank, "--subject-key", key, "--purpose", purpose)
        result = self.run("match", faces, sid, *use, *seen, by=faces)
        assert result.exit_code == 0, result.stderr
        return result.stderr.split("evidence ")[1].split()[0]

    def proofed(self, sid, citizen="somchai", faces="faces"):
        """Proof a citizen at IAL 2.3; return the draft's file."""
        claims = self.file("claims.json")
        claims.write_text(json.dumps({"given_name": "สมชาย"}), encoding="utf-8")
        more = ("--ial", "230", "--evidence", self.matched(sid, faces, citizen=citizen))
        path, _ = self.draft("proof", self.bank, sid, claims, *more)
        self.sign(path, citizen)
        self.send(path, self.bank)
        return path

    def asked(self, rp="revenue", *more):
        """Open a request; return its id and the file of its words."""
        words = self.file(f"words-{len(list(self.folder.iterdir()))}")
        asked = ("--idp", self.bank, "--words", "เข้าสู่ระบบ", "--purpose", "tax")
        outs = ("--claim", "given_name", "--words-out", words)
        self.json("ask", rp, *asked, *outs, *more, by=rp)
        return json.loads(words.read_text())["req_id"], words

    def answered(self, req_id, words, citizen="somchai", *more):
        """Answer a request at the first bank as a citizen."""
        path, _ = self.draft("answer", self.bank, req_id, "--ial", "230", *more)
        self.sign(path, citizen, "--words", words)
        self.send(path, self.bank)

    def state_of(self, req_id):
        """The state of a request now."""
        return self.json("show", "request", req_id)["request"]["state"]


@contextmanager
def town(folder):
    """A town where every agency is an active node."""
    chain = asyncio.run(with_nodes())

    def query(contract, query, args):
        try:
            return chain.state_query(contract, query, args)
        except RpcRefused as refused:
            raise Refusal(refused.data["code"], str(refused)) from refused

    def status():
        block = chain.ledger.block
        head = {"chain_id": "test-chain", "height": block.height - 1, "time_ms": 1}
        return head | {"contract_time_ms": block.time_ms}

    table = {"tx_submit": chain.tx_submit, "tx_wait": chain.tx_wait, "state_query": query}
    state = chain.ledger.state
    table["state_getProof"] = lambda key: {
        "value": "0x" + (state.get(bytes.fromhex(key[2:])) or b"").hex()
    }
    with node(chain_getStatus=status, **table) as server:
        made = Town(server.url, folder, KINDS)
        made.chain = chain
        yield made
