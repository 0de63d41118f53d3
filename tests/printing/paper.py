"""Reading paper back: its text, its fonts, its pixels, its codes."""

import io
import re
import subprocess
from pathlib import Path

import pypdf
import pypdfium2
import zxingcpp
from PIL.Image import Image


def page_texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    """Everything that can be read, without blanks and line ends."""
    return re.sub(r"\s", "", "".join(page_texts(pdf)))


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Every font listed anywhere in the file, and whether its outlines are in the file."""
    found = {}
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    for number in range(1, len(reader.xref_objStm) + len(reader.xref.get(0, {})) + 1):
        item = reader.get_object(number)
        if isinstance(item, pypdf.generic.DictionaryObject) and item.get("/Type") == "/Font":
            descriptor = item.get("/FontDescriptor")
            described = descriptor.get_object() if descriptor is not None else {}
            found[str(item["/BaseFont"])] = "/FontFile2" in described
    return found


def pixels(pdf: bytes, dpi: int, page: int = 1) -> Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page - 1].render(scale=dpi / 72).to_pil().convert("L")
    finally:
        document.close()


def read_by_zxing(image: Image) -> list[str]:
    return sorted(found.text for found in zxingcpp.read_barcodes(image))


def error_correction(image: Image) -> str:
    """The level of the one code there."""
    (found,) = zxingcpp.read_barcodes(image)
    return str(found.ec_level)


def read_by_zbar(image: Image, folder: Path) -> list[str]:
    """QR codes only: left to itself it takes a blurred line of text for a bar code now and then."""
    path = folder / "page.png"
    image.save(path)
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-S*.disable", "-Sqrcode.enable", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return sorted(done.stdout.split())


def dark_share(image: Image, box_mm: tuple[float, float, float, float], dpi: int) -> float:
    """How much of the place (left, top, right, lower in mm) is dark, from 0 to 1."""
    left, top, right, lower = (round(value * dpi / 25.4) for value in box_mm)
    points = image.crop((left, top, right, lower)).tobytes()
    return sum(point < 128 for point in points) / len(points)
