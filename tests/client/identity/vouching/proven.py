"""A certified chain over a world of vouchers, so that what a voucher reads is proven for real."""

from contracts.tools.abi import abi
from node.rpc.render import Renderer
from tests.client.voting.chain import Blocks, VotingChain, certified_genesis
from tests.contracts.identity.signing import CHAIN
from tests.contracts.identity.world import CONTRACTS_HERE


class ProvenNode(VotingChain):
    """A node of the world's chain; each question finds the world sealed as it is then."""

    def __init__(self, vouching):
        self.genesis = certified_genesis()
        object.__setattr__(self.genesis, "chain_id", CHAIN)
        self.abis = {name: abi(contract) for name, contract in CONTRACTS_HERE.items()}
        self.blocks = Blocks(vouching.ledger, self.genesis)
        self._renderer = Renderer(self.abis)
        self._places = {}
        self._sealed = None

    async def call(self, method, params=None, **options):
        self.seal()
        return await super().call(method, params, **options)

    def seal(self):
        """Make a block of what happened to the world since the last."""
        state = dict(self.blocks.ledger.state.committed)
        if state != self._sealed or self.blocks.height not in self.blocks.sealed:
            self.blocks.seal([], [])
            self._sealed = state


class LyingNode(ProvenNode):
    """One that says of some entries what they are not; its proofs are of what is."""

    def __init__(self, vouching, lies):
        super().__init__(vouching)
        self.lies = lies  # beginnings of keys -> value in hex

    def state_getProof(self, key):  # noqa: N802 - the method's name on the wire
        answer = super().state_getProof(key)
        for start, value in self.lies.items():
            if bytes.fromhex(key[2:]).startswith(start):
                return answer | {"value": value}
        return answer
