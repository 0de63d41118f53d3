"""Self-testing: the installed program tries the things that matter, in a temporary folder of its own.

Needs no home, no network, no display and no answers, touches no data of the user, and leaves nothing behind. Passwords
cost what they really cost. Whether a window can be shown is tried by whoever knows windows: that check is handed in.
"""

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from village_doctor.domain.changes.codec import instant_text
from village_doctor.domain.id_card import make_id_card_number
from village_doctor.domain.messages import N_
from village_doctor.domain.plausibility import DIASTOLIC, SYSTOLIC
from village_doctor.domain.problems import Problem
from village_doctor.foundation.logs import reduced
from village_doctor.foundation.secrets import KEY_BYTES, fresh_bytes, generate_password
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.printing import fonts
from village_doctor.printing.page import Sheets
from village_doctor.printing.qr import qr_modules
from village_doctor.printing.unlock_sheet import UnlockSheetContent, unlock_sheet
from village_doctor.services import enrolling, opening, planning, safekeeping, sending
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.measuring import ReadingDraft, record_reading
from village_doctor.services.registering import (
    ClinicDraft,
    HouseholdDraft,
    MemberDraft,
    Registered,
    register_household,
)
from village_doctor.services.workplace import Workplace
from village_doctor.sync import invitations
from village_doctor.sync.envelope import BatchCheck
from village_doctor.sync.identity import Identity, SigningKey
from village_doctor.sync.invitations import CODE_BYTES, Invitation
from village_doctor.sync.seal import fingerprint, unseal

logger = logging.getLogger(__name__)

_BORN: Final = date(1956, 5, 3)
_CLINIC: Final = ClinicDraft(
    clinic_name="自检卫生室", village_code="990101101201", village_name="自检村", doctor_name="自检医生"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """`name` is a marked text; `trace`: types and places of what failed, for whoever mends the program."""

    code: str
    name: str
    passed: bool
    trace: str = ""


@dataclass
class _Bench:
    """What the checks work at, one after the other."""

    folder: Path
    surroundings: Surroundings
    password: str
    workplace: Workplace | None = None
    restored: Workplace | None = None
    registered: list[Registered] = field(default_factory=list)

    @property
    def open(self) -> Workplace:
        assert self.workplace is not None
        return self.workplace


class _NotSo(Exception):
    """Something worked and gave the wrong answer."""


def self_test(window_check: Callable[[], None] | None = None) -> Iterator[Outcome]:
    """Check by check; the first one that fails ends it, for the rest builds on it.

    `window_check` raises whatever it likes when no window can be shown; without it that is not tried.
    """
    checks = list(_CHECKS)
    if window_check is not None:
        show = window_check
        checks.append(("window", N_("窗口画得出来"), lambda _bench: show()))
    folder = Path(tempfile.mkdtemp(prefix="village-doctor-self-test-"))
    surroundings = Surroundings(state_folder=folder / "machine")
    bench = _Bench(folder, surroundings, generate_password(surroundings.random_bytes))
    try:
        for code, name, check in checks:
            trace = _failure(check, bench)
            yield Outcome(code=code, name=name, passed=not trace, trace=trace)
            if trace:
                return
    finally:
        for workplace in (bench.workplace, bench.restored):
            if workplace is not None:
                workplace.close()
        shutil.rmtree(folder, ignore_errors=True)
    yield Outcome(code="clean-up", name=N_("临时文件都删掉了"), passed=not folder.exists())


def _failure(check: Callable[[_Bench], None], bench: _Bench) -> str:
    try:
        check(bench)
    except Exception as error:
        logger.exception("self-test")
        return reduced(error)
    return ""


def _expect(claim: bool) -> None:
    if not claim:
        raise _NotSo


def _resources(_bench: _Bench) -> None:
    catalogue = Catalogue()
    _expect(len(catalogue.code_lists) > 0 and len(catalogue.limits) > 0 and len(catalogue.pinyin) > 20_000)
    _expect({"hypertension_follow_up", "diabetes_follow_up"} <= catalogue.forms.keys())
    _expect({"basic", "hypertension", "diabetes"} <= catalogue.packages.keys())


def _new_home(bench: _Bench) -> None:
    made = opening.create_home(bench.folder / "home", bench.surroundings, bench.password, _CLINIC)
    made.workplace.close()
    try:
        opening.open_home(bench.folder / "home", bench.surroundings, bench.password + "0")
    except Problem as problem:
        _expect(problem.code == "password-wrong")
    else:
        raise _NotSo
    bench.workplace = opening.open_home(bench.folder / "home", bench.surroundings, bench.password)


def _household(bench: _Bench) -> None:
    member = MemberDraft(
        name="李桂英",
        id_card_number=make_id_card_number("990101", _BORN, 22),
        conditions={"hypertension": "2016"},
    )
    draft = HouseholdDraft(members=(member,), door_number="12号", phone="19900002231")
    bench.registered.append(bench.open.command(register_household, draft).value)


def _search(bench: _Bench) -> None:
    for text in ("lgy", "桂英", "2231"):
        found = bench.open.query(planning.find, bench.open.catalogue, text, bench.open.today())
        _expect([one.resident.id for one in found] == [bench.registered[0].residents[0].id])


def _reading(bench: _Bench) -> None:
    person = bench.registered[0].residents[0].id
    draft = ReadingDraft(resident_id=person, measurements={SYSTOLIC: 152, DIASTOLIC: 96})
    recorded = bench.open.command(record_reading, draft).value
    _expect((recorded.readings[0].systolic_mmhg, recorded.emergency) == (152, None))
    swapped = ReadingDraft(resident_id=person, measurements={SYSTOLIC: 96, DIASTOLIC: 152})
    try:
        bench.open.command(record_reading, swapped)
    except Problem as problem:
        _expect(problem.code == "pressure-swapped")
    else:
        raise _NotSo


def _duties(bench: _Bench) -> None:
    bench.open.renew_for_today()
    lines = bench.open.query(planning.explain, bench.registered[0].residents[0].id, bench.open.today())
    _expect(any(line.code == "managed-since" for line in lines) and all(line.text() for line in lines))


def _backup(bench: _Bench) -> None:
    path = safekeeping.make_backup(bench.open)
    place = bench.folder / "restored"
    bench.restored = safekeeping.restore(path, place, bench.surroundings, password=bench.password).workplace
    found = bench.restored.query(planning.find, bench.restored.catalogue, "lgy", bench.restored.today())
    _expect([one.resident.name for one in found] == ["李桂英"])


def _everything_whole(bench: _Bench) -> None:
    for workplace in (bench.open, bench.restored):
        assert workplace is not None
        _expect(safekeeping.check(workplace).entries > 0)


def _letter(bench: _Bench) -> None:
    """A sealed round trip with a township that exists for this moment only."""
    random_bytes, folder = bench.surroundings.random_bytes, bench.folder / "stick"
    township, letters = (
        SigningKey.from_seed(fresh_bytes(KEY_BYTES, random_bytes)),
        Identity.generate(random_bytes),
    )
    data = invitations.write(
        Invitation(
            township_id=bench.open.new_id(),
            township_name="自检卫生院",
            signing_key=township.public,
            clinic_code="000001",
            code_id=bench.open.new_id(),
            code=fresh_bytes(CODE_BYTES, random_bytes),
            number_blocks=(),
            letters_recipient=letters.recipient,
            recovery_recipient=Identity.generate(random_bytes).recipient,
            practice=False,
            created_at=instant_text(bench.open.now()),
        ),
        township,
    )
    enrolling.enrol(bench.open, data, " ".join(enrolling.look_at(data).words))
    folder.mkdir()
    sent = sending.send(bench.open, folder)
    (path,) = folder.iterdir()
    check = BatchCheck({fingerprint(letters.recipient)})
    with path.open("rb") as file:
        unseal(file, [letters], check.feed)
    check.finish()
    _expect(sent.changes == check.header.last_seq > 0)


def _fonts(_bench: _Bench) -> None:
    """Every shipped font opens and is embedded, the one for rare characters too."""
    text = f"{_CLINIC.doctor_name}　𤋮㛃𠮷　36.5℃"
    _expect(fonts.uncovered((text,)) == "")
    sheets = Sheets(title=_CLINIC.clinic_name)
    sheets.text(20, 20, text)
    sheets.text(20, 30, text, bold=True)
    pdf = sheets.finish()
    _expect(pdf.count(b"/FontFile2") == len({fonts.REGULAR, fonts.BOLD, fonts.RARE}))
    _expect(b"Helvetica" not in pdf)


def _page(bench: _Bench) -> None:
    sheet = UnlockSheetContent(
        clinic=_CLINIC.clinic_name, code_text="0123-4567-89AB-CDEF", made_on=bench.open.today()
    )
    pdf = unlock_sheet(sheet)
    _expect(pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF") and b"/Count 1 " in pdf)


def _qr(_bench: _Bench) -> None:
    """Three corner marks, each seven modules wide."""
    code = qr_modules("901" + "0123456789" * 20)
    far = code.side - 7
    corners = {(x, y) for x, y, width, _height in code.dark if width == 7}
    _expect({(0, 0), (far, 0), (0, far)} <= corners)


_CHECKS: Final[tuple[tuple[str, str, Callable[[_Bench], None]], ...]] = (
    ("resources", N_("随访表、服务包、代码表、拼音表都读得出"), _resources),
    ("home", N_("新建加密的数据，对的密码打得开，错的打不开"), _new_home),
    ("household", N_("登记一户"), _household),
    ("search", N_("按首字母、名字、电话后四位找得到"), _search),
    ("reading", N_("存一次血压，填反的不收"), _reading),
    ("duties", N_("该做什么，说得出为什么"), _duties),
    ("backup", N_("做备份，恢复到另一个文件夹"), _backup),
    ("check", N_("变更记录一条不少，重演出来一样"), _everything_whole),
    ("letter", N_("写一封加密的信，收得到、打得开、签名对"), _letter),
    ("fonts", N_("中文字体都在，生僻字也印得出"), _fonts),
    ("page", N_("做得出一页要打印的纸"), _page),
    ("qr", N_("做得出一个二维码"), _qr),
)
