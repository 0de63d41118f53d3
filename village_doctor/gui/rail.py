"""The left rail: what there is, and what waits there. Alt and a digit press it from anywhere."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from village_doctor.domain.messages import N_
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.controls import Button

TODAY: Final = "today"
RESIDENTS: Final = "residents"
CONTRACTS: Final = "contracts"
DELIVERY: Final = "delivery"
SETTINGS: Final = "settings"
ENTRIES: Final = (
    (TODAY, N_("今日")),
    (RESIDENTS, N_("居民")),
    (CONTRACTS, N_("签约")),
    (DELIVERY, N_("上报")),
    (SETTINGS, N_("设置")),
)


class Rail(QWidget):
    """`chosen` with the entry's name."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(2)
        self.buttons: dict[str, Button] = {}
        for number, (name, text) in enumerate(ENTRIES, 1):
            button = Button(_(text), kind="rail")
            button.setCheckable(True)
            button.setToolTip(f"Alt+{number}")
            button.clicked.connect(lambda _checked=False, chosen=name: self.chosen.emit(chosen))
            self.buttons[name] = button
            column.addWidget(button)
        column.addStretch()

    def show_chosen(self, name: str) -> None:
        """Marks this entry; an empty name none."""
        for one, button in self.buttons.items():
            button.setChecked(one == name)

    def show_numbers(self, numbers: Mapping[str, int]) -> None:
        """What waits behind each entry; nothing is said of nothing."""
        for name, text in ENTRIES:
            number = numbers.get(name)
            self.buttons[name].setText(f"{_(text)} {number}" if number else _(text))
