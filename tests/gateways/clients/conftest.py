from tests.gateways.openid.conftest import world

__all__ = ["world"]
