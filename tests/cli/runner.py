"""Runs commands in this process: what they print, and how they end."""

import io
import os
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass


@dataclass
class Result:
    """How a command ended. `exception` is what it raised, None where it returned."""

    exit_code: int
    stdout: str
    stderr: str
    exception: BaseException | None

    @property
    def output(self):
        """Everything that it printed."""
        return self.stdout + self.stderr


@contextmanager
def variables(given):
    """Set variables of this process, and put them back."""
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def invoke(app, args, env=None, input=""):
    """Run a command of a tree of commands with its arguments; return how it ended."""
    out, errors, stdin = io.StringIO(), io.StringIO(), sys.stdin
    code, exception = 0, None
    sys.stdin = io.StringIO(input)
    try:
        with variables(env or {}), redirect_stdout(out), redirect_stderr(errors):
            app.start("sapha", list(args))
    except SystemExit as left:
        code, exception = left.code or 0, left if left.code else None
    except Exception as fault:  # noqa: BLE001 - what a command must not raise
        code, exception = 1, fault
    finally:
        sys.stdin = stdin
    return Result(code, out.getvalue(), errors.getvalue(), exception)
