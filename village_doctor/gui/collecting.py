"""Python's garbage is collected on the window's thread only.

The collector runs on whatever thread happens to allocate. Were that the store's, it would destroy forgotten widgets
there, and Qt dies of it; so while the window lives it runs from a timer instead.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 1000


class Collector(QObject):
    """From `__init__` to `stop` nothing is collected but from the timer."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(_EVERY_MS)

    def spare_loaded(self) -> None:
        """What is there by now (modules, texts) stays till the end: it is not gone through again and again."""
        gc.freeze()

    def stop(self) -> None:
        """The window is gone: collects what it left, and lets Python go on as usual."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        gc.enable()

    def _collect(self) -> None:
        """What Python itself would collect now, the oldest generation that has grown enough."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
