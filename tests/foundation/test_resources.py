"""Resource files: read strictly, refused with the file's name and a reason."""

from decimal import Decimal

import pytest

from village_doctor.foundation.paths import resources
from village_doctor.foundation.resources import (
    ResourceProblem,
    read_bytes,
    read_json,
    read_text,
    read_toml,
    read_tsv,
    resource_names,
)


@pytest.fixture
def root(tmp_path):
    def put(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    put.folder = tmp_path  # type: ignore[attr-defined]
    return put


def refused(reader, root, content):
    root("codes/a", content)
    with pytest.raises(ResourceProblem) as problem:
        reader("codes/a", root=root.folder)
    assert problem.value.file == "codes/a"
    return problem.value.reason


def test_a_toml_file_has_a_version_and_a_source(root):
    root("codes/a.toml", 'version = 3\nsource = "WS/T 484"\nlimit = 7.0\n[pressure]\nhigh = 140\n')
    found = read_toml("codes/a.toml", root=root.folder)
    assert (found.name, found.version, found.source) == ("codes/a.toml", "3", "WS/T 484")
    assert found.data["pressure"] == {"high": 140}
    assert found.data["limit"] == Decimal("7.0")
    assert isinstance(found.data["limit"], Decimal), "no binary fractions"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('source = "x"', "version"),
        ('version = 0\nsource = "x"', "version"),
        ('version = true\nsource = "x"', "version"),
        ('version = " "\nsource = "x"', "version"),
        ("version = 1", "source"),
        ('version = 1\nsource = ""', "source"),
        ("version = 1\nsource = 5", "source"),
        ('version = 1\nsource = "x"\nsource = "y"', "overwrite"),
        ("version =", "Invalid value"),
        (b"version = 1\nsource = '\xff'", "UTF-8"),
    ],
)
def test_a_toml_file_without_them_or_damaged_is_refused(root, content, says):
    assert says in refused(read_toml, root, content)


def test_a_file_saved_by_windows_notepad_is_read(root):
    root("a.toml", '\ufeffversion = "2017-3"\r\nsource = "国家规范"\r\n')
    assert read_toml("a.toml", root=root.folder).version == "2017-3"


def test_a_table_has_notes_and_rows(root):
    root("a.tsv", "# version\t1\n# source\tGB/T 2260\n# columns\tcode\tname\n990101\t样县\n\n990102\t例县\n")
    found = read_tsv("a.tsv", root=root.folder)
    assert (found.version, found.source, found.columns) == ("1", "GB/T 2260", ("code", "name"))
    assert found.rows == (("990101", "样县"), ("990102", "例县"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("# source\tx\n# columns\ta\n1\n", "version"),
        ("# version\t1\n# columns\ta\n1\n", "source"),
        ("# version\t1\n# source\tx\n1\n", "line 3 has 1 values for 0 columns"),
        ("# version\t1\n# source\tx\n# columns\ta\tb\n1\t2\n1\n", "line 5 has 1 values for 2 columns"),
        ("# version\t1\n# source\tx\n# columns\ta\tb\n1\t2\t3\n", "line 4 has 3 values for 2 columns"),
    ],
)
def test_a_table_that_lacks_something_is_refused(root, content, says):
    assert says in refused(read_tsv, root, content)


def test_odd_line_ends_of_unicode_do_not_end_a_row(root):
    root("a.tsv", "# version\t1\r\n# source\tx\r\n# columns\ta\r\n\u2028x\x85\r\n")
    assert read_tsv("a.tsv", root=root.folder).rows == (("\u2028x\x85",),)


def test_json_gives_exact_fractions_and_its_version(root):
    root("a.json", '{"version": 2, "source": "WHO", "sd": [1.10, 2]}')
    found = read_json("a.json", root=root.folder)
    assert (found.version, found.source) == ("2", "WHO")
    assert found.data == {"version": 2, "source": "WHO", "sd": [Decimal("1.10"), 2]}
    root("b.json", "[1]")
    assert read_json("b.json", root=root.folder).version == ""


@pytest.mark.parametrize(
    "content", ['{"a": 1, "a": 1}', "[NaN]", "[Infinity]", "[1", "[" * 100_000, '{"version": 0}']
)
def test_json_that_is_not_plain_is_refused(root, content):
    assert refused(read_json, root, content)


@pytest.mark.parametrize("name", ["", "../a", "codes/../../a", "/etc/passwd", "codes\\a", "C:/a", "C:a"])
def test_nothing_outside_the_folder_is_read(root, name):
    root("inside/x", "")
    root("a", "")
    for reader in (read_bytes, read_text, read_toml, read_json, read_tsv):
        with pytest.raises(ResourceProblem, match="inside the resources folder"):
            reader(name, root=root.folder / "inside")
    with pytest.raises(ResourceProblem, match="inside the resources folder"):
        resource_names(name, "", root=root.folder / "inside")


def test_a_missing_file_is_a_resource_problem_with_its_name():
    with pytest.raises(ResourceProblem, match=r"codes/nowhere\.toml: cannot be read"):
        read_toml("codes/nowhere.toml")


def test_the_files_of_a_folder_are_listed_in_order(root):
    for name in ("forms/b.toml", "forms/a.toml", "forms/a.txt"):
        root(name, "")
    assert resource_names("forms", ".toml", root=root.folder) == ("forms/a.toml", "forms/b.toml")
    assert resource_names("nothing", ".toml", root=root.folder) == ()


@pytest.mark.parametrize(("reader", "ending"), [(read_toml, "toml"), (read_json, "json"), (read_tsv, "tsv")])
def test_every_shipped_file_can_be_read(reader, ending):
    for path in resources().rglob(f"*.{ending}"):
        name = path.relative_to(resources()).as_posix()
        assert reader(name).version, name
