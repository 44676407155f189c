"""ISO 20022 messages of the digital baht: pacs.008, camt.053 and pain.001.

The types are those of the package pyiso20022, read and written by xsdata; both are needed only
here, and loaded when a message is first made or read.
"""

from client.cbdc.iso20022.camt053 import camt053
from client.cbdc.iso20022.pacs008 import Transfer, pacs008
from client.cbdc.iso20022.pain001 import read_pain001

__all__ = ["Transfer", "camt053", "pacs008", "read_pain001"]
