"""The browser's modules of web/, run by Node: their own tests, and Python beside them."""
