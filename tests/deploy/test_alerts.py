"""The rules of alarm: made from the alarms that `doctor` explains, over metrics that exist.

`SAPHA_WRITE_ALERTS=1 pytest tests/deploy/test_alerts.py` writes them anew; read the difference.
"""

import json
import os
import shutil
import subprocess

import pytest
from prometheus_client.parser import text_string_to_metric_families

from commands.alerts import ALERTS, alert_of
from commands.node_status import doctor
from commands.output import UsageFault
from node.observe.metrics import NodeMetrics
from tests.deploy.expressions import metrics_in
from tests.deploy.rules_page import page
from tests.meta.sources import ROOT

RULES = ROOT / "deploy" / "prometheus" / "sapha.rules.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "sapha.json"
OF_THE_MONITORING = {"up"}


def exported() -> set[str]:
    """Return the names of samples that a node's page can have."""
    names = set()
    for family in text_string_to_metric_families(NodeMetrics().page().decode()):
        names.add(family.name)
        if family.type == "counter":
            names.add(f"{family.name}_total")
        if family.type == "histogram":
            names |= {f"{family.name}_{part}" for part in ("bucket", "count", "sum")}
        names |= {sample.name for sample in family.samples}
    return names


def test_the_file_of_rules_is_made_from_the_alarms():
    if os.environ.get("SAPHA_WRITE_ALERTS"):
        RULES.write_text(page(), encoding="utf-8")

    assert RULES.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alarm_reads_only_metrics_that_a_node_exports(alert):
    read = metrics_in(alert.expression)

    assert read
    assert read - exported() <= OF_THE_MONITORING


def test_each_alarm_has_a_name_of_its_own_and_is_found_by_it():
    names = [alert.name for alert in ALERTS]

    assert len(set(names)) == len(names) >= 25
    assert all(alert_of(name) is alert for name, alert in zip(names, ALERTS, strict=True))
    assert alert_of("noquorum") is alert_of("SaphaNoQuorum")
    assert alert_of("nothing") is None


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
async def test_doctor_explains_an_alarm_without_asking_a_node(alert, capsys):
    await explained(alert.name, as_json=False)

    shown = capsys.readouterr().out
    assert f"{alert.name} ({alert.severity}): {alert.means}" in shown
    assert f"fix: {alert.mend}" in shown


async def test_doctor_names_the_alarms_where_there_is_none_of_a_name():
    with pytest.raises(UsageFault, match="there is no alert 'NoQuorums'; there are SaphaDown, "):
        await explained("NoQuorums", as_json=True)


async def explained(name: str, *, as_json: bool) -> None:
    await doctor(
        directory=None, operator=None, token_file=None, alert=name, voucher=None, as_json=as_json
    )


def panels() -> list[dict]:
    return [each for each in json.loads(DASHBOARD.read_text("utf-8"))["panels"]]


def test_a_dashboard_shows_only_metrics_that_a_node_exports():
    expressions = [target["expr"] for panel in panels() for target in panel.get("targets", [])]
    read = [metrics_in(each.replace("$__rate_interval", "5m")) for each in expressions]

    assert len(expressions) > 25
    assert all(read)
    assert set().union(*read) - exported() <= OF_THE_MONITORING


def test_every_panel_has_its_own_number_a_title_and_a_place_within_the_grid():
    shown = panels()

    assert len({panel["id"] for panel in shown}) == len(shown)
    assert all(panel["title"] for panel in shown)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in shown)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not here: NOT RUN")
def test_the_public_checker_of_rules_finds_nothing_wrong():
    command = ["promtool", "check", "rules", "--lint-fatal", RULES]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
