"""How queries list the roll."""

from typing import Annotated

from contracts.sdk import CountMax, record
from contracts.voting.core.messages import PAGE, VoterRef
from contracts.voting.core.state import Voter


@record
class VoterLine:
    """A person on the roll, in a list."""

    voter_ref: VoterRef
    voter: Voter


VoterPage = Annotated[tuple[VoterLine, ...], CountMax(PAGE)]
