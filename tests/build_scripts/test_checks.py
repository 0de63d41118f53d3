"""build_scripts/test.py runs every check and ends with pytest's closing line; the tests' network is closed."""

import socket
import subprocess
import sys

import pytest
from pytest_socket import SocketConnectBlockedError

import environment
import test as checks_script


def script(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.fixture
def checks(monkeypatch):
    """Stand-ins for the checks: set with `checks(name=python code, …)`."""

    def put(**codes: str) -> None:
        commands = [(name, script(code)) for name, code in codes.items()]
        monkeypatch.setattr(checks_script, "checks", lambda python, arguments: commands)

    monkeypatch.setattr(environment, "prepare_or_exit", lambda lock, packages: sys.executable)
    return put


def test_every_check_runs_and_a_failed_one_fails_the_whole(checks, capfd):
    checks(format="print('bad'); raise SystemExit(1)", tests="print('== 3 passed in 1 s ==\\n')")
    assert checks_script.main() == 1
    lines = capfd.readouterr().out.splitlines()
    assert lines[:3] == ["=== format", "bad", "=== tests"]
    assert [line.split()[:2] for line in lines[-3:-1]] == [["format", "FAILED"], ["tests", "passed"]]
    assert lines[-1] == "== 3 passed in 1 s =="


def test_all_passed_is_0(checks, capfd):
    checks(tests="print('fine')")
    assert checks_script.main() == 0
    assert capfd.readouterr().out.endswith("\nfine\n")


def test_arguments_go_to_pytest():
    names = [name for name, _ in checks_script.checks(environment.venv_python(environment.ROOT), ["-k", "x"])]
    assert names == ["format", "lint", "types", "rooms", "tests"]
    *_, (_, command) = checks_script.checks(environment.venv_python(environment.ROOT), ["-k", "x"])
    assert command[-2:] == ["-k", "x"]


def test_ci_calls_exactly_this():
    lines = (environment.ROOT / ".ci/run").read_text("utf-8").splitlines()
    assert lines[-1] == "exec python3 build_scripts/test.py"
    assert subprocess.run(["sh", "-n", environment.ROOT / ".ci/run"], check=False).returncode == 0


def test_the_network_is_closed_but_for_loopback():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    with pytest.warns(UserWarning, match="tried to use"), pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
