"""The contract that the modules of the digital baht declare their methods and queries on."""

from contracts.sdk import Contract

contract = Contract("cbdc", version=1)
