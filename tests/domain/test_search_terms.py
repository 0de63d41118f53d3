"""Search, against a table simulated as a sorted list: (key, rank, resident), at most 200 rows a read."""

import random
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_doctor.domain.names import PinyinTable, initials, readings, sort_key
from village_doctor.domain.search_terms import (
    HITS_TO_SHOW,
    ROWS_TO_READ,
    Hit,
    KeyRange,
    QueryKeys,
    SearchablePerson,
    fold,
    fold_initials,
    prefix_rows,
    query_keys,
    rank_hits,
    terms_of,
)

CODES = Path(__file__).parents[2] / "resources" / "codes"
TABLE = PinyinTable.parse(
    (CODES / "pinyin.tsv").read_text(encoding="utf-8"), (CODES / "surnames.tsv").read_text(encoding="utf-8")
)


class Table:
    """What the store does with the rows, and nothing more."""

    def __init__(self, people: Iterable[SearchablePerson]) -> None:
        self.people = list(people)
        self.name_keys = [sort_key(person.names[0], TABLE) for person in self.people]
        self.rows = sorted(
            (row.key, row.rank, number)
            for number, person in enumerate(self.people)
            for row in prefix_rows(terms_of(person, TABLE))
        )

    def read(self, keys: KeyRange, limit: int | None = ROWS_TO_READ) -> Iterator[Hit]:
        start = bisect_left(self.rows, (keys.first, -1, -1))
        for key, rank, number in self.rows[start : None if limit is None else start + limit]:
            if key >= keys.before:
                return
            yield Hit(str(number), key, rank, self.name_keys[number])

    def hits(self, query: QueryKeys, limit: int | None = ROWS_TO_READ) -> list[Hit]:
        exact = [hit for keys in query.exact for hit in self.read(keys, limit)]
        if len({hit.resident_id for hit in exact}) >= HITS_TO_SHOW:
            return exact
        return exact + [hit for keys in query.folded for hit in self.read(keys, limit)]

    def find(self, text: str) -> list[str]:
        query = query_keys(text, TABLE)
        return [self.people[int(hit.resident_id)].names[0] for hit in rank_hits(query, self.hits(query))]


def named(*names: str) -> Table:
    return Table(SearchablePerson(names=(name,)) for name in names)


GRANDMOTHER = SearchablePerson(
    names=("李桂英", "二丫"),
    id_document_numbers=("990101195003120023", "E12345678"),
    phones=("19900001357", "0712-8312345"),
    record_number="99010110010110042",
    household_number="10017",
    contract_numbers=("2024-10058",),
    door="李家湾12号",
    relatives=("王大勇",),
)


WAYS = {
    "name": "李桂英 李 李桂 桂英 英 二丫 王大勇 王大",
    "pinyin": "liguiying ligui guiying erya wangdayong",
    "initials": "lgy lg gy ligy ey wdy L'G'Y l’g’y ＬＧＹ ＬＩＧＵＩ",
    "identity document": "990101195003120023 9901 120023 0023 002 e12 E1234",
    "phone": "19900001357 1357 0712-8312345 0712-83 2345",
    "number": "99010110010110042 10110042 10042 10017 2024-10058 ２０２４－１００５８ 10058",
    "door": "李家湾 李家湾12号 ljw12 lijiawan12 lijia",
    "mixed up": "nigui ngy liguiyin niguiyin",
    "wrong characters": "李贵英 李桂应 李gui 李guiy",
}


@pytest.mark.parametrize("way", WAYS)
def test_ways_to_find_a_grandmother(way: str) -> None:
    village = Table([*OTHERS, GRANDMOTHER])
    for text in WAYS[way].split():
        assert village.find(text) == ["李桂英"], text
    assert village.find(" l g y ") == village.find("李 桂英") == village.find("199 0000 1357") == ["李桂英"]


OTHERS = [SearchablePerson(names=(name,)) for name in ("赵磊", "孙芳", "周明", "吴昊", "郑爽", "冯凯")]


@pytest.mark.parametrize(
    "text", ["", " ", "'", "~", "~ngy", "·", "x", "王", "liguiyong", "9999", "桂", "李桂英李"]
)
def test_what_finds_nobody(text: str) -> None:
    found = Table([GRANDMOTHER]).find(text)
    assert found == (["李桂英"] if text in {"王", "桂", "~ngy"} else [])


def test_an_empty_text_reads_nothing() -> None:
    assert query_keys(" ' ") == QueryKeys(text="", exact=(), folded=())


def test_keys_of_a_query() -> None:
    assert query_keys("LGY").exact == (KeyRange("lgy", "lgy\x01"),)
    assert query_keys("LGY").folded == (KeyRange("~ngy", "~ngy\x01"),)
    assert query_keys("lzhh").exact == (KeyRange("lzhh", "lzhh\U0010ffff"),)
    assert [keys.first for keys in query_keys("lzhh").folded] == ["~nzf", "~nzff"]
    assert query_keys("002").exact == (KeyRange("002", "002\U0010ffff"),)
    assert query_keys("0023").folded == query_keys("桂英").folded == query_keys("英", TABLE).folded == ()
    assert [keys.first for keys in query_keys("桂英", TABLE).folded] == ["~guiyin", "~guiyan"]


PERSON = st.builds(
    SearchablePerson,
    names=st.lists(
        st.text("李林凌宁桂英单曾仇查何胡冯方黄张章陈程史石岑成欧阳安昂长·买𤋮a", min_size=1, max_size=5).filter(
            lambda name: name.strip("·")
        ),
        min_size=1,
        max_size=2,
    ).map(tuple),
    id_document_numbers=st.lists(st.from_regex(r"[0-9]{17}[0-9X]|E[0-9]{8}|[0-9]{1,3}", fullmatch=True), max_size=2).map(tuple),
    phones=st.lists(st.from_regex(r"1990000[0-9]{4}", fullmatch=True), max_size=2).map(tuple),
    record_number=st.none() | st.from_regex(r"990101100101[0-9]{5}", fullmatch=True),
    household_number=st.none() | st.from_regex(r"1[0-9]{4}", fullmatch=True),
    contract_numbers=st.lists(st.from_regex(r"202[0-9]-1[0-9]{4}", fullmatch=True), max_size=1).map(tuple),
    door=st.none() | st.sampled_from(["李家湾12号", "3组7号", "王家屯", "12"]),
    relatives=st.lists(st.sampled_from(["王大勇", "欧阳长生"]), max_size=1).map(tuple),
    is_gone=st.booleans(),
)  # fmt: skip


@given(PERSON)
def test_every_prefix_of_every_term_finds_the_person(person: SearchablePerson) -> None:
    table = Table([*OTHERS, person])
    me = str(len(OTHERS))
    for term in terms_of(person, TABLE):
        for length in range(1, len(term.term) + 1):
            query = query_keys(term.term[:length])
            ranges = query.folded or query.exact if term.folded else query.exact
            assert me in {hit.resident_id for keys in ranges for hit in table.read(keys)}, (term, length)


@given(PERSON)
def test_rows_are_unique_small_and_better_when_complete(person: SearchablePerson) -> None:
    terms = terms_of(person, TABLE)
    assert len({(term.term, term.folded) for term in terms}) == len(terms)
    rows = list(prefix_rows(terms))
    assert len({row.key for row in rows}) == len(rows)
    assert all(0 <= row.rank < 2**43 for row in rows)
    assert all(row.key.removeprefix("~") and row.term.startswith(row.key.removeprefix("~")) for row in rows)
    ranks = {row.key: row.rank for row in rows}
    for term in terms:
        assert all(ranks[row.key] <= row.rank for row in prefix_rows([term]))


def test_a_number_has_one_row() -> None:
    keys = {row.key for row in prefix_rows(terms_of(GRANDMOTHER, TABLE))}
    assert {"1357", "19900001357"} <= keys
    assert not {key for key in keys if key.isdigit() and len(key) < 4}


STARTS = {
    "zh": "z",
    "z": "zh",
    "ch": "c",
    "c": "ch",
    "sh": "s",
    "s": "sh",
    "l": "n",
    "n": "l",
    "h": "f",
    "f": "h",
}
ENDS = {"ing": "in", "in": "ing", "eng": "en", "en": "eng", "ang": "an", "an": "ang"}


def confused(syllable: str, choose: random.Random) -> str:
    """One of the ways in which people who mix up sounds would type the syllable."""
    start = syllable[:2] if syllable[:2] in STARTS else syllable[:1]
    if start in STARTS and choose.random() < 0.5:
        syllable = STARTS[start] + syllable[len(start) :]
    end = syllable[-3:] if syllable[-3:] in ENDS else syllable[-2:]
    if end in ENDS and choose.random() < 0.5:
        syllable = syllable[: -len(end)] + ENDS[end]
    return syllable


NAMES = st.text("李林凌宁桂英单曾仇查何胡冯方黄张章陈程史石岑成欧阳安昂长兰吕绿女", min_size=2, max_size=4)


@given(NAMES, st.randoms(use_true_random=False))
def test_sounds_that_people_mix_up_find_her(name: str, choose: random.Random) -> None:
    table = named(name, "赵磊", "王芳")
    for syllables in readings(name, TABLE):
        typed = "".join(confused(syllable, choose) for syllable in syllables)
        letters = "".join(confused(syllable, choose)[0] for syllable in syllables)
        for text in (typed, letters):
            for length in range(1, len(text) + 1):
                assert name in table.find(text[:length]), (typed, letters, length)


@given(NAMES)
def test_double_letters_in_initials(name: str) -> None:
    """Some people type zh for 张 among initials (chch for 岑何仇 stays one riddle too many)."""
    for syllables in readings(name, TABLE):
        if re.search("[zcs]h", initials(syllables)):
            continue
        typed = "".join(s[:2] if s[:2] in {"zh", "ch", "sh"} else s[0] for s in syllables)
        assert name in named(name, "赵磊").find(typed)


ALL_SYLLABLES = sorted(
    {reading for character in "".join(TABLE._readings) for reading in TABLE.readings_of(character)}
)


@given(st.lists(st.sampled_from(ALL_SYLLABLES), min_size=1, max_size=5), st.data())
def test_a_prefix_folds_to_a_prefix(syllables: list[str], data: st.DataObject) -> None:
    full = "".join(syllables)
    cut = data.draw(st.integers(0, len(full)))
    assert fold(full).startswith(fold(full[:cut]))
    assert fold_initials(full).startswith(fold_initials(full[:cut]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("liu", "niu"), ("hu", "fu"), ("zhang", "zang"), ("chen", "cen"), ("shi", "si"), ("lin", "ling"),
        ("chen", "cheng"), ("wan", "wang"), ("lingui", "linggui"), ("lv", "nu"), ("zhonghua", "zongfua"),
    ],
)  # fmt: skip
def test_folding(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("li", "lu"), ("wang", "huang"), ("zhou", "chou"), ("han", "hen")]
)
def test_other_sounds_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_exact_comes_before_folded() -> None:
    table = named("凌英", "林英", "宁英", "林鹰")
    assert table.find("linying") == ["林英", "林鹰", "凌英", "宁英"]
    assert table.find("lingying") == ["凌英", "林英", "林鹰", "宁英"]
    assert table.find("ningying") == ["宁英", "林英", "林鹰", "凌英"]
    assert table.find("ny")[0] == "宁英"
    assert table.find("林因") == ["林英", "林鹰", "凌英", "宁英"]  # wrong characters: by their sound


@given(st.lists(NAMES, min_size=1, max_size=8), st.data())
def test_exact_always_comes_before_folded(names: list[str], data: st.DataObject) -> None:
    table = named(*names)
    full = "".join(readings(data.draw(st.sampled_from(names)), TABLE)[0])
    query = query_keys(full[: data.draw(st.integers(1, len(full)))])
    exact = {hit.resident_id for keys in query.exact for hit in table.read(keys)}
    order = [hit.resident_id in exact for hit in rank_hits(query, table.hits(query))]
    assert order[0]
    assert order == sorted(order, reverse=True)


def test_whole_name_before_given_name_before_nickname_before_head_of_household() -> None:
    people = [
        SearchablePerson(names=("郑爽",), relatives=("桂英",)),
        SearchablePerson(names=("张小妹", "桂英")),
        SearchablePerson(names=("王桂英",)),
        SearchablePerson(names=("桂英",)),
    ]
    for text in ("桂英", "guiying", "gy"):
        assert Table(people).find(text) == ["桂英", "王桂英", "张小妹", "郑爽"]


def test_a_complete_word_before_the_beginning_of_a_longer_one() -> None:
    assert named("高玉兰", "李桂英", "郭英").find("gy") == ["郭英", "李桂英", "高玉兰"]
    assert named("李玉兰", "李英").find("ly") == ["李英", "李玉兰"]
    assert named("王丽华", "王丽").find("wangli") == ["王丽", "王丽华"]
    assert named("单雅兰", "赵丹娅").find("danya") == ["赵丹娅", "单雅兰"]
    assert named("桂英兰", "李桂英").find("guiying") == ["李桂英", "桂英兰"]


def test_one_character_is_a_surname_first() -> None:
    assert named("王林", "林玉兰", "赵小林").find("林") == ["林玉兰", "王林", "赵小林"]
    assert named("王林", "林玉兰").find("l") == ["林玉兰", "王林"]
    assert named("王丽", "李玉兰").find("li") == ["李玉兰", "王丽"]
    assert named("李旺", "王玉兰").find("wang") == ["王玉兰", "李旺"]
    nicknamed = SearchablePerson(names=("赵爽", "牛"))
    assert Table([nicknamed, SearchablePerson(names=("宁玉兰",))]).find("n") == ["宁玉兰", "赵爽"]


def test_the_living_before_the_dead_whatever_found_them() -> None:
    people = [
        SearchablePerson(names=("李桂英",), is_gone=True),
        SearchablePerson(names=("李贵荫",)),
        SearchablePerson(names=("王小妹",), relatives=("李桂英",)),
    ]
    assert Table(people).find("lgy") == ["李贵荫", "王小妹", "李桂英"]
    assert Table(people).find("liguiyin") == ["李贵荫", "王小妹", "李桂英"]


def test_names_in_the_order_of_pinyin() -> None:
    table = named("李四", "连山", "梁生", "李三", "单三", "沙三")
    assert table.find("l") == ["李三", "李四", "连山", "梁生"]
    assert table.find("s")[:2] == ["沙三", "单三"]  # sha before shan


def test_names_that_differ_late_are_in_order_too() -> None:
    assert named("王小红", "王小黑", "王小和").find("wx") == ["王小和", "王小黑", "王小红"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("李志华", "lizh"), ("李志华", "nizf"), ("林桂英", "lingy"), ("林桂英", "linggy"), ("张三", "zans")],
)
def test_surname_in_full_and_initials(name: str, text: str) -> None:
    assert named(name, "郑爽").find(text) == [name]


def test_every_reading_finds_but_the_usual_one_first() -> None:
    table = named("单三", "戴三", "柴三")
    assert table.find("shansan") == table.find("dansan") == table.find("chansan") == ["单三"]
    assert table.find("ds") == ["戴三", "单三"]
    assert table.find("cs") == ["柴三", "单三"]
    assert named("李长乐", "王昌乐").find("changle") == ["王昌乐", "李长乐"]


@pytest.mark.parametrize(
    "text", ["阿依古丽买买提", "阿依", "买买提", "买买", "ayi", "mmt", "maimaiti", "阿依古丽·买买提"]
)
def test_both_parts_of_a_name_with_a_dot(text: str) -> None:
    assert named("阿依古丽·买买提", "王芳").find(text) == ["阿依古丽·买买提"]


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("欧阳桂英", ["oygy", "ouyanggy", "gy", "guiying", "桂英", "欧阳", "阳桂英"]),
        ("吕绿", ["ll", "lvlv", "lülü", "LÜ", "nunu"]),
        ("李𤋮", ["李𤋮", "𤋮", "lx", "lixi", "xi"]),
        ("李𠮷生", ["ljs", "lijisheng", "𠮷生"]),
        ("王\uf8f0英", ["w", "王\uf8f0", "英", "\uf8f0英", "wang"]),
    ],
)  # fmt: skip
def test_rare_names(name: str, texts: list[str]) -> None:
    for text in texts:
        assert named(name, "郑爽").find(text) == [name], text


def crowd(size: int) -> list[SearchablePerson]:
    choose = random.Random(7)
    surnames = "王" * 30 + "李" * 28 + "张刘陈杨" * 6 + "林宁黄胡冯单万章"
    given_names = [
        "桂英",
        "秀兰",
        "玉兰",
        "国强",
        "建国",
        "志强",
        "小红",
        "丽",
        "伟",
        "军",
        "玉英",
        "林",
        "雨",
        "晓霞",
    ]
    people: list[SearchablePerson] = []
    for number in range(size):
        name = choose.choice(surnames) + choose.choice(
            [*given_names, choose.choice("桂玉国志小文明") + choose.choice("英兰强红军霞")]
        )
        people.append(
            SearchablePerson(
                names=(name,),
                phones=(f"1990000{choose.randrange(10_000):04d}",),
                id_document_numbers=(f"9901011950{choose.randrange(10**8):08d}",),
                household_number=f"{10_001 + number // 3}",
                relatives=() if number % 3 == 0 else (people[number - number % 3].names[0],),
                is_gone=choose.random() < 0.2,
            )
        )
    return people


CROWD = Table(crowd(4000))


@pytest.mark.parametrize(
    "text",
    [
        *"wlzgx王李英林",
        *("wa", "li", "wx", "gy", "lg", "zh", "王小", "李国", "桂英"),
        *("wan", "wxx", "lgy", "zha"),
    ],
)
def test_two_hundred_rows_give_the_best_twenty(text: str) -> None:
    query = query_keys(text)
    limited = [hit for keys in query.exact for hit in CROWD.read(keys)]
    everything = [hit for keys in query.exact for hit in CROWD.read(keys, None)]
    assert len(everything) > ROWS_TO_READ or len(text) > 1
    best = rank_hits(query, everything)
    assert rank_hits(query, limited) == best
    assert len(best) == HITS_TO_SHOW


@pytest.mark.parametrize(
    "text", ["wang", "lixi", "wangxi", "wangguo", "zhang", "guiyi", "liguoqiang", "wanxi"]
)
def test_a_range_crowded_with_relatives_and_the_gone_gives_the_best_kind_of_hits(text: str) -> None:
    query = query_keys(text)
    limited = rank_hits(query, [hit for keys in query.exact for hit in CROWD.read(keys)])
    best = rank_hits(query, [hit for keys in query.exact for hit in CROWD.read(keys, None)])
    assert [hit.rank // 27**8 for hit in limited] == [hit.rank // 27**8 for hit in best]


def test_the_limit_and_one_hit_a_resident() -> None:
    query = query_keys("l")
    hits = rank_hits(query, CROWD.hits(query), 5)
    assert len({hit.resident_id for hit in hits}) == len(hits) == 5
