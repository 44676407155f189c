"""The spare member of a development network, as a process."""

import signal
import subprocess

from tests.e2e.network import SAPHA


class observer:  # noqa: N801 - reads as a phrase where it is used
    """The devnet's spare member, or the node of another home, as a fifth process."""

    def __init__(self, network, environment: dict[str, str] | None = None, *, home=None) -> None:
        self._directory = home or network.directory / "observer"
        self._environment = environment
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> str:
        config = (self._directory / "node.toml").read_text(encoding="utf-8")
        url = next(
            f"http://127.0.0.1:{line.split('=')[1].strip()}/rpc"
            for line in config.split("[rpc]")[1].splitlines()
            if line.startswith("port")
        )
        command = [*SAPHA, "node", "start", "--dir", str(self._directory)]
        with (self._directory / "observer.log").open("wb") as log:
            self._process = subprocess.Popen(command, env=self._environment, stderr=log)
        return url

    def __exit__(self, *_error) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(15) == 0
