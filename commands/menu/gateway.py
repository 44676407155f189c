"""The words of `sapha gateway`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE
from commands.framework.places import commands
from commands.framework.words import Word
from commands.menu.words import COMMON, listed

_gateway = commands.gateway
app = listed(
    "Sign citizens on for agencies by OpenID Connect.",
    f"""
local {_gateway.openid}: openid --config
    Run a gateway beside a node, until Ctrl-C; docs/identity.md says what the file holds.
local {commands.services.sign_in.develop}: develop [--dir=devnet]
    Run a development network's gateway, and an IdP that answers by itself; never for real.
local {_gateway.key}: key folder [--ahead=86400]
    Make a key that signs tokens; relying parties see it from now on.
    folder FILE  The folder of keys that the gateway's settings name.
    --ahead NUMBER low=0 high=2592000  Seconds until it signs.
sends {_gateway.client}: client agency name document [--secret-out] [--secret] [--public]
    State an application of an agency, as its administrator; its client_id is AGENCY.NAME.
    agency sample=revenue  Id of the agency, a relying party.
    name sample=portal  Name of the application, without a dot.
    document FILE  JSON of the application; see docs/identity.md.
    --secret-out FILE  Make a client secret and write it here; the ledger has its digest.
    --secret FILE  The client secret that it has, which stays.
    --public FLAG  It proves itself by nothing, as an app on citizens' phones does.
""",
    words=COMMON
    | {
        "--config": Word("The gateway's settings (TOML).", FILE),
    },
)
