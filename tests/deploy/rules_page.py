"""The rules of alarm as Prometheus reads them, made from `commands.alerts`."""

import json

from commands.alerts import ALERTS, Alert

_HEAD = """\
# Made from commands/alerts.py by
# SAPHA_WRITE_ALERTS=1 pytest tests/deploy/test_alerts.py
# `sapha node doctor --alert NAME` explains each.
groups:
  - name: sapha
    rules:
"""


def page() -> str:
    """Return the file of rules; every text is a string of JSON, which YAML reads too."""
    return _HEAD + "".join(map(_rule, ALERTS))


def _rule(alert: Alert) -> str:
    annotations = {
        "summary": alert.means,
        "description": alert.mend,
        "explained_by": f"sapha node doctor --alert {alert.name}",
    }
    lines = [
        f"      - alert: {alert.name}",
        f"        expr: {json.dumps(alert.expression)}",
        f"        for: {alert.lasts}",
        "        labels:",
        f"          severity: {alert.severity}",
        "        annotations:",
        *(f"          {name}: {json.dumps(text)}" for name, text in annotations.items()),
    ]
    return "\n".join(lines) + "\n"
