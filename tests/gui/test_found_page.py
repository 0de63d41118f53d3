"""What a search finds: who died or moved away says so in her line."""

from datetime import date

from tests.gui.shells import over
from tests.village import Place, build
from village_doctor.gui.pages.found_page import FoundPage
from village_doctor.services.moving import record_death


def test_who_died_says_so_in_the_line_that_finds_her(tmp_path, qtbot):
    village = build(Place(tmp_path))
    village.workplace.command(record_death, village.grandmother.id, date(2026, 11, 20))
    with over(village.workplace) as shell:
        page = FoundPage(shell)
        qtbot.addWidget(page)
        page.search("lgy")
        qtbot.waitUntil(lambda: shell.session.tasks.is_idle)
        assert "李桂英 女 70岁（11月20日去世）　" in (page.model.data(page.model.index(0)) or "")
    village.workplace.close()
