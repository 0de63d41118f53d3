"""The one JSON codec: sorted keys, no blanks, UTF-8, no floats, no duplicate keys.

What does not encode back to the same bytes is refused, so that a digest means one thing only.
"""

import json
from collections.abc import Mapping
from typing import Final

from village_doctor.domain.messages import JsonValue

MAX_BODY_BYTES: Final = 1024 * 1024
_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class NotCanonical(ValueError):
    """Bytes or a value that canonical JSON does not allow."""


def encode_canonical(value: JsonValue) -> bytes:
    """Raises NotCanonical for floats, non-text keys and text that UTF-8 cannot hold."""
    _check(value)
    try:
        return _dump(value)
    except (TypeError, UnicodeEncodeError) as error:
        raise NotCanonical(str(error)) from error


def decode_canonical(data: bytes) -> JsonValue:
    """Raises NotCanonical unless `data` is exactly what `encode_canonical` writes for its value."""
    value = decode_unproven(data)
    if encode_decoded(value) != data:  # a key that is there twice is noticed here, too
        raise NotCanonical("bytes are not canonical")
    return value


def decode_unproven(data: bytes) -> JsonValue:
    """The value of bytes that the caller then compares with their canonical form. Raises NotCanonical."""
    try:
        value: JsonValue = _DECODER.decode(data.decode("utf-8"))
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from error
    return value


def encode_decoded(value: JsonValue) -> bytes:
    """The canonical bytes of a value that a decoder of this module gave. Raises NotCanonical."""
    try:
        return _dump(value)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def _dump(value: JsonValue) -> bytes:
    return _ENCODER.encode(value).encode("utf-8")


def _refuse(text: str) -> JsonValue:
    raise NotCanonical(f"not allowed: {text}")


_DECODER: Final = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)


def _check(value: JsonValue) -> None:
    if value is None or isinstance(value, str | int):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise NotCanonical("keys are text")
            _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    else:
        raise NotCanonical(f"{type(value).__name__} is not allowed")
