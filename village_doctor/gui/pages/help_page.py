"""F1: the keys that work everywhere, and those of a person's card, on one page in big type."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from village_doctor.domain.messages import N_
from village_doctor.foundation.texts import text as _
from village_doctor.gui.shell import Hint, Page, Shell
from village_doctor.gui.widgets.controls import label

_KEYS: Final = (
    (N_("直接打字"), N_("找人：姓名首字母、名字、证件或电话后四位。输入法开着也行")),
    ("Ctrl+K", N_("光标到“找人”")),
    ("Alt+1 … Alt+5", N_("换到左边的一栏")),
    ("Enter", N_("做眼前这一步：打开、下一格、存")),
    ("Esc", N_("回上一页，没写完的留着")),
    (N_("B　G　F"), N_("光标在一个人的卡片上：量血压、量血糖、填随访表")),
    ("Ctrl+B　Ctrl+G", N_("在哪一页都行：给最近打开的那个人量血压、量血糖")),
    (N_("F2"), N_("存（随访表、登记、签约）")),
    ("Ctrl+Z", N_("改刚才这条")),
    ("Ctrl+L", N_("马上锁上")),
    ("F9", N_("旁边有人看：遮住屏幕，再按一次回来")),
    (N_("扫卡"), N_("在哪一页都行：扫一下签约卡，就打开那一家")),
)


class HelpPage(Page):
    """The keys."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.body.addWidget(label(_("按键"), role="heading", wraps=False))
        area = QScrollArea()
        area.setWidgetResizable(True)
        inside = QWidget()
        inside.setObjectName("scrolled")
        grid = QGridLayout(inside)
        grid.setHorizontalSpacing(24)
        grid.setColumnStretch(1, 1)
        for row, (key, what) in enumerate(_KEYS):
            grid.addWidget(label(_(key), role="strong", wraps=False), row, 0)
            grid.addWidget(label(_(what)), row, 1)
        grid.setRowStretch(len(_KEYS), 1)
        area.setWidget(inside)
        self.body.addWidget(area, 1)

    def hints(self) -> Sequence[Hint]:
        return (("Esc", _("回去")),)
