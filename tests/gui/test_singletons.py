"""Two hundred thousand calls into Qt that return None: the process lives (decisions/0008)."""

import os
import subprocess
import sys

CALLS = """
import sys
import village_doctor.gui
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel()
for number in range(100_000):
    label.setText("x")
    label.isVisible()
print("alive", flush=True)
"""


def test_many_calls_into_qt_do_not_end_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CALLS],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "alive\n")
