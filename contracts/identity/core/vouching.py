"""What stands behind a pairwise key: the only place that a certificate of an agency will change.

Until agencies vouch for pairwise keys, the word of the IdP that carries the act is the binding: the
contract checks that the key signed, and takes from the IdP whose it is, that the person stands in
order, and at which level they were proofed.
"""

from contracts.identity.core.rules import acting_node, active_table
from contracts.sdk import Context, PublicKey


def vouched_ial(ctx: Context, idp: str, _key: PublicKey, stated: int) -> int:
    """Return the highest IAL with which the key may act now: what is stated, within limits.

    The limits are the IdP's own and the highest level of the table, both as they are now.
    """
    node = acting_node(ctx, idp, "idp")
    return min(stated, node.max_ial, max(active_table(ctx).ials))
