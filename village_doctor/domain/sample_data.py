"""What a sample village is made of: names, shares by age and sex, places; read from `resources/sample/`.

Strictly read, like every data file: a mistake is one Problem `data-file`. The figures are only for fictive people and
never judge anybody. Nothing here draws by chance; `services.sampling` does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from village_doctor.domain.data_file import Table
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.domain.people import FEMALE, MALE

FILES = ("sample/names.toml", "sample/prevalence.toml", "sample/village.toml", "sample/sheets.toml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighted:
    """Something and how common it is among its kind."""

    name: str
    weight: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RareName:
    """Somebody whose name old systems lose or misread; `decade` of birth."""

    name: str
    sex: str
    decade: int
    ethnicity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenNames:
    """Given names of one sex and decade: whole ones, most common first; `first` × `second`; single characters."""

    sex: str
    decade: int
    single_percent: int
    names: tuple[str, ...]
    first: str
    second: str
    single: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """`identity_prefix` belongs to no county; a fictive phone number is `phone_prefix` and four digits."""

    identity_prefix: str
    phone_prefix: str
    surnames: tuple[Weighted, ...]
    rare_people: tuple[RareName, ...]
    nicknames: Mapping[str, tuple[str, ...]]
    given: tuple[GivenNames, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AgeGroup:
    """A figure for men and for women of these ages, both ends included."""

    first_age: int
    last_age: int
    male: int
    female: int

    def of(self, sex: str) -> int:
        return self.male if sex == MALE else self.female


@dataclass(frozen=True, slots=True)
class AgeTable:
    """A figure by age and sex; 0 outside its groups."""

    groups: tuple[AgeGroup, ...]

    def of(self, age: int, sex: str) -> int:
        return next((g.of(sex) for g in self.groups if g.first_age <= age <= g.last_age), 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """How well this clinic serves, per 1,000."""

    households_signed: int
    adult_without_own_signature: int
    follow_up_on_time: int
    follow_up_late: int
    follow_up_missed: int
    reading_between_follow_ups: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Programmes:
    """How the other programmes of this clinic go, per 1,000: of those whom each is for (the data file says whom)."""

    families_never_served: int
    contract_refused: int
    member_added: int
    home_at_new_year: int
    combined_sheet: int
    measured_again: int
    check_up_elderly: int
    check_up_ill: int
    check_up_others: int
    check_up_refused: int
    fasting_at_check_up: int
    constitution: int
    in_yearly_round: int
    vaccine_reminder: int
    visited_at_home: int
    listed_poverty: int
    listed_monitored: int
    listed_special_family: int
    mental_disorder: int
    tuberculosis: int
    copd: int
    other_chronic: int
    check_up_consented: int
    mental_dangerous: int
    mental_unsettled: int
    child_visit: int
    child_chinese_medicine: int
    antenatal_visit: int
    postnatal_visit: int
    expecting: int
    long_prescription: int
    referral_forgotten: int
    signed_elsewhere: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Shares:
    """All figures per 1,000 but the pyramid (per 10,000). `prevalence`, `known` and `courses` by disease."""

    age_pyramid: AgeTable
    prevalence: Mapping[str, AgeTable]
    known: Mapping[str, int]
    both_conditions: int
    courses: Mapping[str, tuple[Weighted, ...]]
    delivery: Delivery
    programmes: Programmes
    household_sizes: Mapping[int, int]
    away: AgeTable
    phones: AgeTable
    disability: AgeTable
    died: int
    moved_out: int
    lost_card: int
    old_number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleHamlet:
    """`surname`: the one that `majority_percent` of the families bear; empty: none."""

    number: int
    name: str
    surname: str
    majority_percent: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Occupation:
    code: str
    first_age: int
    last_age: int
    weight: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The village and what is said about its doors and people."""

    county: str
    township_health_centre: str
    township_doctor: str
    hamlets: tuple[SampleHamlet, ...]
    landmarks: tuple[str, ...]
    directions: tuple[str, ...]
    away_to: tuple[str, ...]
    occupations: tuple[Occupation, ...]
    household_notes: tuple[str, ...]
    clinic_notes: tuple[str, ...]
    medicines: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SampleData:
    """The four files. `sheets`: ordinary answers by form and field, several to choose from."""

    names: Names
    shares: Shares
    place: Place
    sheets: Mapping[str, Mapping[str, Sequence[JsonValue]]]


def parse_sample_data(files: Mapping[str, Mapping[str, object]]) -> SampleData:
    """From the parsed files by name (`FILES`). Raises Problem `data-file`."""
    tables = [Table("data-file", name, "", files[name]) for name in FILES]
    for table in tables:
        table.whole("version")
        table.text("source")
    names, shares, place, sheets = tables
    return SampleData(_names(names), _shares(shares), _place(place), _sheets(sheets))


def _sheets(file: Table) -> Mapping[str, Mapping[str, Sequence[JsonValue]]]:
    found: dict[str, Mapping[str, Sequence[Any]]] = {
        form: table.named_lists() for form, table in file.table("sheets").named_tables().items()
    }
    file.finish()
    return found


def _names(file: Table) -> Names:
    file.text("note")
    nicknames = file.table("nicknames")
    found = Names(
        identity_prefix=file.text("identity_prefix"),
        phone_prefix=file.text("phone_prefix"),
        surnames=tuple(_weighted(item, "name") for item in file.tables("surnames")),
        rare_people=tuple(_rare(item) for item in file.tables("rare_people")),
        nicknames={MALE: nicknames.texts("male"), FEMALE: nicknames.texts("female")},
        given=tuple(_given(item) for item in file.tables("given")),
    )
    nicknames.finish()
    file.finish()
    if {item.sex for item in found.given} != {MALE, FEMALE}:
        file.refuse(N_("缺少这一项"), "given")
    return found


def _weighted(item: Table, key: str, weight: str = "weight") -> Weighted:
    found = Weighted(name=item.text(key), weight=item.whole(weight))
    item.finish()
    return found


def _rare(item: Table) -> RareName:
    item.text("why")
    found = RareName(
        name=item.text("name"),
        sex=item.choice("sex", (MALE, FEMALE)),
        decade=item.whole("decade"),
        ethnicity=item.text("ethnicity"),
    )
    item.finish()
    return found


def _given(item: Table) -> GivenNames:
    found = GivenNames(
        sex=item.choice("sex", (MALE, FEMALE)),
        decade=item.whole("decade"),
        single_percent=item.whole("single_percent"),
        names=item.texts("names"),
        first=item.text("first"),
        second=item.text("second"),
        single=item.text("single"),
    )
    item.finish()
    return found


def _shares(file: Table) -> Shares:
    known, sizes, gone = file.table("known"), file.table("households"), file.table("gone")
    both, identity, courses = file.table("both_conditions"), file.table("no_identity"), file.table("courses")
    diseases = ("hypertension", "diabetes")
    found = Shares(
        age_pyramid=_age_table(file, "age_pyramid"),
        prevalence={disease: _age_table(file, disease) for disease in diseases},
        known={disease: known.whole(disease) for disease in diseases},
        both_conditions=both.whole("per_1000"),
        courses={
            disease: tuple(_weighted(item, "course", "per_1000") for item in courses.tables(disease))
            for disease in diseases
        },
        delivery=_delivery(file.table("delivery")),
        programmes=_programmes(file.table("programmes")),
        household_sizes={item.whole("members"): item.whole("per_1000") for item in sizes.tables("by_size")},
        away=_age_table(file, "away"),
        phones=_age_table(file, "phones"),
        disability=_age_table(file, "disability"),
        died=gone.whole("died"),
        moved_out=gone.whole("moved_out"),
        lost_card=identity.whole("lost_card"),
        old_number=identity.whole("old_number_15_digits"),
    )
    for table in (known, sizes, gone, both, identity, courses):
        _finish_described(table)
    file.finish()
    return found


def _delivery(table: Table) -> Delivery:
    found = Delivery(
        households_signed=table.whole("households_signed"),
        adult_without_own_signature=table.whole("adult_without_own_signature"),
        follow_up_on_time=table.whole("follow_up_on_time"),
        follow_up_late=table.whole("follow_up_late"),
        follow_up_missed=table.whole("follow_up_missed"),
        reading_between_follow_ups=table.whole("reading_between_follow_ups"),
    )
    _finish_described(table)
    return found


def _programmes(table: Table) -> Programmes:
    found = Programmes(**{field.name: table.whole(field.name) for field in fields(Programmes)})
    _finish_described(table)
    return found


def _age_table(file: Table, key: str) -> AgeTable:
    table = file.table(key)
    groups = []
    for item in table.tables("groups"):
        figures = {name: int(item.number(name)) for name in ("from", "to", "male", "female")}
        item.finish()
        if figures["from"] > figures["to"] or min(figures.values()) < 0:
            table.refuse(N_("几个数的大小顺序不对"), figures["from"])
        groups.append(
            AgeGroup(
                first_age=figures["from"],
                last_age=figures["to"],
                male=figures["male"],
                female=figures["female"],
            )
        )
    _finish_described(table)
    return AgeTable(tuple(groups))


def _finish_described(table: Table) -> None:
    """A table of figures says where they come from and in which unit."""
    table.text("source")
    table.text("unit")
    table.finish()


def _place(file: Table) -> Place:
    places, notes = file.table("places"), file.table("notes")
    for key in ("township", "village", "village_code", "clinic"):
        file.text(key)
    notes.texts("resident")
    staff = [_staff(item) for item in file.tables("staff")]
    found = Place(
        county=file.text("county"),
        township_health_centre=file.text("township_health_centre"),
        township_doctor=next((name for name, role in staff if role == "doctor"), staff[0][0]),
        hamlets=tuple(_hamlet(item) for item in file.tables("hamlets")),
        landmarks=places.texts("landmarks"),
        directions=places.texts("directions"),
        away_to=places.texts("away_to"),
        occupations=tuple(_occupation(item) for item in file.tables("occupations")),
        household_notes=notes.texts("household"),
        clinic_notes=notes.texts("clinic_visit"),
        medicines=dict(_medicines(item) for item in file.tables("medicines")),
    )
    for table in (places, notes, file):
        table.finish()
    return found


def _staff(item: Table) -> tuple[str, str]:
    item.text("kind")
    found = item.text("name"), item.text("role")
    item.finish()
    return found


def _hamlet(item: Table) -> SampleHamlet:
    found = SampleHamlet(
        number=item.whole("number"),
        name=item.text("name"),
        surname=item.text("surname", default=""),
        majority_percent=int(item.number("majority_percent")),
    )
    item.finish()
    return found


def _occupation(item: Table) -> Occupation:
    item.text("name")
    found = Occupation(
        code=item.text("code"),
        first_age=item.whole("from"),
        last_age=item.whole("to"),
        weight=item.whole("weight"),
    )
    item.finish()
    return found


def _medicines(item: Table) -> tuple[str, tuple[str, ...]]:
    found = item.text("disease"), item.texts("names")
    item.finish()
    return found
