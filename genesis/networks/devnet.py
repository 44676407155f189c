"""The development network: four validators on one machine."""

from genesis.schema import Parameters

NETWORK = "devnet"
PARAMETERS = Parameters()
