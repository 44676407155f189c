"""The contract that the modules of complaints declare their methods and queries on."""

from contracts.sdk import Contract

contract = Contract("complaints", version=1)
