"""Does everything fit where it stands? No clipped label, no text wider than its place, no sideways scroll bar."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QCheckBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QWidget,
)

from village_doctor.gui.widgets.two_line_list import TwoLineList

_ROW_PADDING: Final = 20


def texts_of(root: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Every visible widget with the text it shows, from top to bottom and left to right."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisibleTo(root) and widget is not root:
            continue
        text = _text_of(widget)
        if text:
            at = widget.mapTo(root, QPoint(0, 0)) if widget is not root else QPoint(0, 0)
            found.append((at.y(), at.x(), widget, text))
    for _y, _x, widget, text in sorted(found, key=lambda one: one[:2]):
        yield widget, text


def _text_of(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text()
    if isinstance(widget, QLineEdit):
        return widget.text() if widget.echoMode() is QLineEdit.EchoMode.Normal else ""
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        model = widget.model()
        rows = min(model.rowCount(), 40)
        return "\n".join(str(model.data(model.index(row, 0)) or "") for row in range(rows))
    return ""


def faults(root: QWidget) -> list[str]:
    """What does not fit in this window as it is shown now, one sentence each."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel):
            found += _label(widget)
        elif isinstance(widget, QAbstractButton):
            found += _button(widget)
        elif isinstance(widget, QLineEdit):
            found += _line_edit(widget)
        elif isinstance(widget, QAbstractScrollArea):
            found += _scroll_area(widget)
        if isinstance(widget, QListView):
            found += _rows(widget)
        found += _outside(widget, root)
        found += _overlaps(widget)
    return found


def _name(widget: QWidget) -> str:
    where = [type(widget).__name__]
    parent = widget.parentWidget()
    while parent is not None and len(where) < 4:
        where.append(type(parent).__name__)
        parent = parent.parentWidget()
    return f"{' < '.join(where)} “{_text_of(widget)[:40]}”"


def _label(label: QLabel) -> list[str]:
    text = label.text()
    if not text:
        return []
    place = label.contentsRect()
    metrics = label.fontMetrics()
    if label.wordWrap():
        flags = Qt.TextFlag.TextWordWrap
        needed = metrics.boundingRect(QRect(0, 0, place.width(), 100_000), flags, text)
        wide, high = needed.width() > place.width() + 1, needed.height() > place.height() + 1
    else:
        wide = max(metrics.horizontalAdvance(line) for line in text.split("\n")) > place.width() + 1
        high = metrics.height() * (text.count("\n") + 1) > place.height() + 2
    if wide or high:
        how = "too wide" if wide else "too high"
        return [f"{how} for its place ({place.width()}×{place.height()}): {_name(label)}"]
    return []


def _button(button: QAbstractButton) -> list[str]:
    room = button.width() - (30 if isinstance(button, QCheckBox) else 8)
    lines = button.text().replace("&", "").split("\n")
    needed = max(button.fontMetrics().horizontalAdvance(line) for line in lines)
    if needed > room or button.height() < button.fontMetrics().height() * len(lines):
        return [f"button too small ({button.width()}×{button.height()}): {_name(button)}"]
    return []


def _line_edit(edit: QLineEdit) -> list[str]:
    hint = edit.placeholderText()
    metrics = edit.fontMetrics()
    if not edit.text() and hint and metrics.horizontalAdvance(hint) > edit.contentsRect().width() - 12:
        return [f"hint too long for its field ({edit.width()}): {hint}"]
    if metrics.height() > edit.height():
        return [f"field too low ({edit.height()}): {_name(edit)}"]
    return []


def _scroll_area(area: QAbstractScrollArea) -> list[str]:
    if area.horizontalScrollBar().maximum() > 0:
        return [f"scrolls sideways by {area.horizontalScrollBar().maximum()}: {_name(area)}"]
    return []


def _outside(widget: QWidget, root: QWidget) -> list[str]:
    """Reaches out of the right or left edge of what holds it. (Downwards a page scrolls.)"""
    parent = widget.parentWidget()
    if parent is None or widget is root or widget.isWindow():
        return []
    left, right = widget.geometry().left(), widget.geometry().right()
    if (left < 0 or right > parent.width()) and _text_of(widget):
        return [f"reaches out sideways ({left}…{right} of {parent.width()}): {_name(widget)}"]
    top, bottom = widget.geometry().top(), widget.geometry().bottom()
    if (top < 0 or bottom > parent.height()) and _text_of(widget):
        return [f"reaches out downwards ({top}…{bottom} of {parent.height()}): {_name(widget)}"]
    return []


def _rows(view: QListView) -> list[str]:
    """Rows of a list that are seen now: no text is wider, or when wrapped higher, than its row."""
    found: list[str] = []
    model = view.model()
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        place = view.visualRect(index)
        if not place.intersects(view.viewport().rect()):
            continue
        wide = view.viewport().width() - _ROW_PADDING
        for font, text in _lines_of(view, index):
            metrics = QFontMetrics(font)
            if view.wordWrap():
                area = QRect(0, 0, wide, 100_000)
                fits = metrics.boundingRect(area, Qt.TextFlag.TextWordWrap, text).height() <= place.height()
            else:
                fits = all(metrics.horizontalAdvance(line) <= wide for line in text.split("\n"))
            if not fits:
                found.append(f"too long for its row ({place.width()}×{place.height()}): “{text}”")
    return found


def _lines_of(view: QListView, index: QModelIndex) -> list[tuple[QFont, str]]:
    if not isinstance(view, TwoLineList):
        return [(view.font(), str(index.data()))]
    big, small = QFont(view.font()), QFont(view.font())
    big.setPointSizeF(big.pointSizeF() * 1.25)
    big.setBold(True)
    small.setPointSizeF(small.pointSizeF() * 0.85)
    return [(big, str(index.data())), (small, str(index.data(Qt.ItemDataRole.UserRole) or ""))]


def _overlaps(parent: QWidget) -> list[str]:
    """Texts that lie on one another."""
    found = []
    texts = [
        one
        for one in parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if one.isVisible() and isinstance(one, QLabel | QAbstractButton | QLineEdit) and one.height() > 1
    ]
    for one, other in combinations(texts, 2):
        if one.geometry().adjusted(1, 1, -1, -1).intersects(other.geometry()):
            found.append(f"lies on another: {_name(one)} on {_name(other)}")
    return found
