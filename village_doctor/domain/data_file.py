"""Reading a shipped or edited data file (parsed TOML) strictly: the only door to its values.

A `Table` hands out values of the type asked for and remembers what was asked; `finish` refuses what nobody
asked for. Every mistake is one Problem that names file, place and reason. It reads no file itself.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final, NoReturn

from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem

_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")


class Table:
    """One table of the file `file_name`; `place` is how a person finds it. `problem` is the code raised."""

    def __init__(self, problem: str, file_name: str, place: str, data: object) -> None:
        self._problem: Final = problem
        self.file_name: Final = file_name
        self.place: Final = place
        self._used: set[str] = set()
        self._data: Mapping[str, object] = {}
        if not isinstance(data, Mapping):
            self.refuse(N_("这里应该是一张表（几个“名 = 值”）"))
        self._data = data

    def refuse(self, reason: str, detail: object = "—") -> NoReturn:
        """Raises the file's Problem. `reason` is a marked text without placeholders, `detail` what it is about."""
        raise Problem(
            self._problem,
            file=self.file_name,
            field=self.place or N_("文件本身"),
            reason=reason,
            detail=str(detail),
        )

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def value(self, key: str) -> object:
        """The raw value; a missing one is refused."""
        if key not in self._data:
            self.refuse(N_("缺少这一项"), key)
        self._used.add(key)
        return self._data[key]

    def text(self, key: str, default: str | None = None) -> str:
        if key not in self._data and default is not None:
            return default
        value = self.value(key)
        if not isinstance(value, str) or (not value.strip() and default is None):
            self.refuse(N_("这一项应该是文字，不能空着"), key)
        return value

    def key(self, key: str) -> str:
        """A name for machines: small letters, digits and underscores."""
        value = self.text(key)
        if _KEY.fullmatch(value) is None:
            self.refuse(N_("名字只能用小写英文字母、数字和下划线，字母开头"), value)
        return value

    def choice(self, key: str, allowed: Collection[str]) -> str:
        value = self.text(key)
        if value not in allowed:
            self.refuse(N_("没有这种写法"), f"{key} = {value}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        if key not in self._data:
            return default
        value = self.value(key)
        if not isinstance(value, bool):
            self.refuse(N_("这一项只能写 true 或 false"), key)
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number of 1 or more."""
        if key not in self._data and default is not None:
            return default
        value = self.value(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.refuse(N_("这一项应该是 1 或更大的整数"), key)
        return value

    def count(self, key: str) -> int:
        """A whole number of 0 or more."""
        value = self.value(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.refuse(N_("这一项应该是 0 或更大的整数"), key)
        return value

    def number(self, key: str) -> Decimal:
        """A number, whole or a fraction in quotes."""
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, int | str):
            self.refuse(N_("这一项应该是数；带小数的要写在引号里"), key)
        try:
            number = Decimal(value)
        except InvalidOperation:
            self.refuse(N_("这一项应该是数；带小数的要写在引号里"), key)
        if not number.is_finite():
            self.refuse(N_("这一项应该是数；带小数的要写在引号里"), key)
        return number

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, not empty, each once."""
        value = self._list(key)
        found = [item for item in value if isinstance(item, str)]
        if not found or len(found) != len(value) or len(set(found)) != len(found):
            self.refuse(N_("这里应该是几个不重复的文字"), key)
        return tuple(found)

    def keys(self, key: str) -> tuple[str, ...]:
        """A list of names for machines, not empty, each once."""
        found = self.texts(key)
        for name in found:
            if _KEY.fullmatch(name) is None:
                self.refuse(N_("名字只能用小写英文字母、数字和下划线，字母开头"), name)
        return found

    def choices(self, key: str, allowed: Collection[str]) -> tuple[str, ...]:
        """A list of texts from a closed set, not empty, each once."""
        found = self.texts(key)
        for text in found:
            if text not in allowed:
                self.refuse(N_("没有这种写法"), f"{key} = {text}")
        return found

    def table(self, key: str) -> "Table":
        return Table(self._problem, self.file_name, f"{self.place} {key}".strip(), self.value(key))

    def tables(self, key: str) -> tuple["Table", ...]:
        """A list of tables, not empty; each is placed by its key or code once it is known."""
        found = []
        for number, item in enumerate(self._list(key), start=1):
            name = item.get("key", item.get("code", number)) if isinstance(item, Mapping) else number
            found.append(Table(self._problem, self.file_name, f"{self.place} {name}".strip(), item))
        if not found:
            self.refuse(N_("这里至少要有一项"), key)
        return tuple(found)

    def named_tables(self) -> Mapping[str, "Table"]:
        """All values of this table as tables, by name."""
        return {name: self.table(name) for name in self._data}

    def named_texts(self) -> Mapping[str, str]:
        """All values of this table as texts, by name; not empty."""
        if not self._data:
            self.refuse(N_("这里至少要有一项"))
        return {name: self.text(name) for name in self._data}

    def named_lists(self) -> Mapping[str, Sequence[object]]:
        """All values of this table as lists, by name; not empty."""
        found = {name: self._list(name) for name in self._data}
        for name, items in found.items():
            if not items:
                self.refuse(N_("这里至少要有一项"), name)
        return found

    def finish(self) -> None:
        """Refuses what was not asked for."""
        unknown = sorted(set(self._data) - self._used)
        if unknown:
            self.refuse(N_("不认识这一项，可能是打错了"), ", ".join(unknown))

    def _list(self, key: str) -> Sequence[object]:
        value = self.value(key)
        if isinstance(value, str) or not isinstance(value, Sequence):
            self.refuse(N_("这里应该是一列"), key)
        return value
