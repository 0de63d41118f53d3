"""Every text a user can read: known by its code, filled by its values, Chinese, marked for translation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from village_doctor.cli import failures
from village_doctor.cli.drafts import MEMBER_KEYS
from village_doctor.cli.progress import STAGES
from village_doctor.domain.clinical.reasons import ACTIONS
from village_doctor.domain.clinical.reasons import REASONS as CLINICAL
from village_doctor.domain.doubts import DOUBT_TEXTS
from village_doctor.domain.duties.reasons import ITEM_NAMES, REASONS
from village_doctor.domain.problems import PROBLEM_TEXTS, Problem
from village_doctor.foundation.texts import fill
from village_doctor.services.notes import NOTE_TEXTS
from village_doctor.sync.slot_opening import WEAKNESS_TEXTS

PACKAGE = Path(__file__).resolve().parents[2] / "village_doctor"
CHINESE = re.compile("[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")
# Three words in a row are a sentence; names of verbs, options, files and units are none.
ENGLISH = re.compile(r"[A-Za-z]{2,}( [A-Za-z]{2,}){2,}")


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def texts_in(tree: ast.AST) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def raised() -> Iterator[tuple[str, str, set[str], bool]]:
    """Every `Problem("code", …)` in the source: place, code, names of its values, whether more are unpacked."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    names = {word.arg for word in node.keywords if word.arg}
                    unpacks = any(word.arg is None for word in node.keywords)
                    yield f"{path.name}:{node.lineno}", str(first.value), names, unpacks


def test_every_problem_that_is_raised_has_a_text_and_its_values():
    for place, code, names, unpacks in raised():
        assert code in PROBLEM_TEXTS, place
        needed = set(PLACEHOLDER.findall(PROBLEM_TEXTS[code]))
        assert unpacks or needed <= names, f"{place}: {code} lacks {needed - names}"


def test_every_problem_text_is_used():
    used = set()
    for path, tree in trees():
        if path.name != "problems.py":
            used |= texts_in(tree)
    assert not sorted(set(PROBLEM_TEXTS) - used)


def test_no_problem_code_stands_twice():
    tree = ast.parse((PACKAGE / "domain" / "problems.py").read_text("utf-8"))
    (texts,) = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "PROBLEM_TEXTS"
    )
    assert isinstance(texts, ast.Dict)
    codes = [str(key.value) for key in texts.keys if isinstance(key, ast.Constant)]
    assert sorted(codes) == sorted(set(codes))
    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", code) for code in codes)


@pytest.mark.parametrize("code", sorted(PROBLEM_TEXTS))
def test_a_problem_says_what_happened_and_what_it_means(code):
    """Two sentences at least: what happened, and what that means for the data or what to do."""
    text = PROBLEM_TEXTS[code]
    assert CHINESE.search(text)
    assert len(re.findall("[。！？]", text)) + len(re.findall("，", text)) >= 2, text
    problem = Problem(code, **dict.fromkeys(PLACEHOLDER.findall(text), "甲"))
    told = failures.message_of(problem)
    assert "{" not in told
    assert not ENGLISH.search(told)


def test_an_unknown_code_cannot_be_raised():
    with pytest.raises(KeyError):
        Problem("no-such-code")


def noted() -> Iterator[tuple[str, str, set[str]]]:
    for path, tree in trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "note"
            ):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    names = {word.arg for word in node.keywords if word.arg}
                    yield f"{path.name}:{node.lineno}", first.value, names


def test_every_note_has_a_text_and_its_values():
    found = {code for _, code, _ in noted()}
    for place, code, names in noted():
        assert set(PLACEHOLDER.findall(NOTE_TEXTS[code])) <= names, place
    dynamic = {"id-card-sex-differs", "id-card-birth-date-differs"}
    assert found | dynamic == set(NOTE_TEXTS)


@pytest.mark.parametrize(
    "texts",
    [
        NOTE_TEXTS,
        WEAKNESS_TEXTS,
        MEMBER_KEYS,
        ITEM_NAMES,
        {code: sentence.text for code, sentence in {**CLINICAL, **ACTIONS}.items()},
        {code: reason.text for code, reason in REASONS.items()},
        DOUBT_TEXTS,
        STAGES,
    ],
    ids=["notes", "weaknesses", "keys", "items", "clinical", "duties", "doubts", "stages"],
)
def test_what_is_declared_elsewhere_is_chinese(texts):
    for code, text in texts.items():
        assert CHINESE.search(text), code
        assert not ENGLISH.search(text), code


# --- the command line's own sentences ------------------------------------------------------------

ROOMS = ("cli", "township")


def marked(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_"):
            yield node


@pytest.mark.parametrize("room", ROOMS)
def test_a_marked_text_is_chinese(room):
    for path in (PACKAGE / room).glob("*.py"):
        for call in marked(ast.parse(path.read_text("utf-8"))):
            for text in texts_in(call.args[0]) if isinstance(call.args[0], ast.Constant) else ():
                prose = "\n".join(line for line in text.splitlines() if not line.startswith("  "))
                is_frame = not re.search("[A-Za-z]", PLACEHOLDER.sub("", text))  # only places for words
                assert CHINESE.search(text) or is_frame, f"{path.name}:{call.lineno}"
                assert not ENGLISH.search(prose), f"{path.name}:{call.lineno}"


@pytest.mark.parametrize("room", ROOMS)
def test_a_chinese_sentence_is_marked(room):
    """A sentence with its full stop is for the user; the demonstration's made-up people and words are data."""
    for path in (PACKAGE / room).glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        inside = {id(part) for call in marked(tree) for part in ast.walk(call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
                assert not re.search("[\u4e00-\u9fff][。？！]", node.value), f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_is_printed_but_through_texts(room):
    """What `echo` is given as a literal is no sentence."""
    for path in (PACKAGE / room).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in (
                "echo",
                "UsageError",
                "fail",
            ):
                for argument in node.args:
                    assert not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)), (
                        f"{path.name}:{node.lineno}"
                    )


def test_placeholders_are_filled():
    """Every `fill(_("…"), {…})` with a literal mapping names all placeholders of its text."""
    checked = 0
    for path in (PACKAGE / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "fill"):
                continue
            text, values = node.args
            is_plain = isinstance(text, ast.Call) and isinstance(text.args[0], ast.Constant)
            if (
                is_plain
                and isinstance(values, ast.Dict)
                and all(isinstance(k, ast.Constant) for k in values.keys)
            ):
                assert isinstance(text, ast.Call)
                constant = text.args[0]
                assert isinstance(constant, ast.Constant)
                names = {k.value for k in values.keys if isinstance(k, ast.Constant)}
                needed = set(PLACEHOLDER.findall(str(constant.value)))
                assert needed == names, f"{path.name}:{node.lineno}"
                checked += 1
    assert checked > 40


def test_values_typed_by_people_cannot_break_a_text():
    assert fill("没有“{word}”。", {"word": "{x} %s {0.__class__}"}) == "没有“{x} %s {0.__class__}”。"


def test_every_stage_of_long_work_has_words():
    """What is handed to `progress` in services and in the township; samples and the demonstration tell their own."""
    told = set()
    for path, tree in trees():
        if path.name.startswith("sampling") or "village_doctor/cli" in str(path):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and "STAGE" in ast.unparse(node).split("=")[0]:
                told |= texts_in(node.value) if node.value is not None else set()
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", "")
                stage = (
                    node.args[{"progress": 0, "_staged": 1}[name]]
                    if name in ("progress", "_staged")
                    else None
                )
                if isinstance(stage, ast.Constant):
                    told.add(str(stage.value))
    assert len(told) > 6
    assert told <= set(STAGES)
