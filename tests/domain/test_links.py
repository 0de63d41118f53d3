"""The links are those that the clinic's tables keep as foreign keys."""

import re

from village_doctor.domain.kinds import KINDS
from village_doctor.domain.links import LINKS
from village_doctor.store.migrations.first_light import SQL

TABLE = re.compile(r"CREATE TABLE (\w+) \((.*?)\n\) STRICT", re.DOTALL)
KEY = re.compile(r"^\s*(\w+) .*REFERENCES (\w+) \(id\)", re.MULTILINE)


def test_links_are_the_foreign_keys_of_the_clinic():
    tables = {name: dict(KEY.findall(body)) for name, body in TABLE.findall(SQL) if name in KINDS}
    assert {name: keys for name, keys in tables.items() if keys} == LINKS
