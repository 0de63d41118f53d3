"""Fields side by side that share the whole width, so that what is wrong with one has room under it."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from village_doctor.gui.widgets.controls import Labelled


class FieldRow(QWidget):
    """`add` puts the next field at the right, `share` times as wide as one of share 1."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(16)

    def add(self, text: str, field: QWidget, share: int = 1, unit: str = "") -> Labelled:
        """The field under its name; one of fixed width needs its unit beside it."""
        made = Labelled(text, field, unit=unit)
        column = made.layout()
        if column is not None:
            column.addStretch()  # type: ignore[attr-defined]
        self._row.addWidget(made, share)
        return made
