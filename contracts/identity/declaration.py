"""The contract that the modules of identity declare their methods and queries on."""

from contracts.sdk import Contract

contract = Contract("identity", version=1)
