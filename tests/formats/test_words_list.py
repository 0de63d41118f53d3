"""The words that keys are compared with on the phone: the list is part of the format, and no two sound alike."""

import re
import unicodedata
from collections import Counter

import pytest
from pypinyin import Style, lazy_pinyin

from village_doctor.foundation.resources import read_tsv

LIST = read_tsv("codes/words.tsv")
WORDS = [word for word, _ in LIST.rows]

FORBIDDEN = frozenset(
    "死亡病癌疾疫疯瘤疮残瘫瘸聋哑盲瞎痴呆痛伤血毒杀鬼魂坟墓陵棺葬尸丧哭悲愁恨怒怕恐惊吓"
    "刺枪炮弹炸剑战敌警狱囚罪犯赌偷贼骗骂奸淫娼嫖裸屎尿屁臭丑笨蠢傻贱穷"
    "神佛仙庙寺僧尼妖魔巫咒教党政法官"
)
HARMLESS = frozenset({"教室", "书法", "菜单"})
NUMBERS = frozenset("零一二两三四五六七八九十百千万亿半双单")


def as_heard(syllable: str) -> str:
    """A syllable without what many speakers do not tell apart: tone, zh z, ch c, sh s, n l, final n ng, hu f."""
    sound = re.sub("[1-5]$", "", syllable)
    sound = re.sub("^([zcs])h", r"\1", sound)
    sound = re.sub("^n", "l", sound)
    sound = re.sub("ng$", "n", sound)
    alike = {"hu": "fu", "hui": "fei", "hun": "fen", "hon": "fen"}
    return alike.get(sound) or re.sub("^hu(?=[ao])", "f", sound)


def heard(pinyin: str) -> str:
    return " ".join(as_heard(syllable) for syllable in pinyin.split(" "))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zhu2 zi5", "zu2 zhi1"),
        ("chuan2 shang4", "cuan2 sang1"),
        ("nan2 ning2", "lang2 lin2"),
        ("huang2 hui1", "fan4 fei1"),
        ("hong2 hu2", "feng1 fu2"),
        ("hun2 huo3", "fen1 fo2"),
        ("nv3 huai4", "lv3 fai4"),
    ],
)
def test_sounds_that_many_speakers_do_not_tell_apart_count_as_one(one, other):
    assert heard(one) == heard(other)


@pytest.mark.parametrize(("one", "other"), [("ri4", "li4"), ("ru4", "lu4"), ("ma3", "na3"), ("hei1", "fei1")])
def test_other_sounds_stay_apart(one, other):
    assert heard(one) != heard(other)


def test_eleven_bits_name_a_word():
    assert (LIST.version, LIST.columns[0], len(WORDS), len(set(WORDS))) == ("1", "word", 2**11, 2**11)


def test_every_word_has_two_chinese_characters():
    odd = [word for word in WORDS if not re.fullmatch("[\u4e00-\u9fff]{2}", word)]
    assert odd == []
    assert [word for word in WORDS if unicodedata.normalize("NFKC", word) != word] == []


def test_no_two_words_sound_alike():
    sounds = Counter(heard(pinyin) for _, pinyin in LIST.rows)
    alike = [row for row in LIST.rows if sounds[heard(row[1])] > 1]
    assert alike == []


def test_the_readings_are_the_usual_ones():
    differs = [
        (word, pinyin)
        for word, pinyin in LIST.rows
        if " ".join(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)) != pinyin
    ]
    assert differs == []


def test_the_words_stand_in_the_order_of_their_readings():
    assert list(LIST.rows) == sorted(LIST.rows, key=lambda row: (row[1], row[0]))


def test_no_word_frightens_offends_or_can_be_taken_for_a_number():
    wrong = [word for word in WORDS if word not in HARMLESS and set(word) & (FORBIDDEN | NUMBERS)]
    assert wrong == []
