"""The demonstration's means of verification: small real files, made here, each saying that it is of the demonstration.

The same input gives the same bytes. No file names a person: consolidated counts, minutes, pictures drawn by lot.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.text import slugify
from PIL import Image, ImageDraw, ImageFont

from institution.models import District
from monitoring.models import Evidence, Result
from pmh.demo.breakdowns import DISTRICT, apportion
from pmh.demo.dates import lot

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "png": "image/png",
}
NOTICE = "Documento ficticio de la demostración. No contiene datos personales."
LINK = " | "
THE_SAME = " = "


@dataclass(frozen=True)
class Facts:
    """What a file tells: of which unit, indicator and semester, and the figure it backs."""

    title: str
    unit: str
    period: str
    indicator: str
    measured: str
    figures: dict[str, Decimal]
    ends_on: dt.date

    @classmethod
    def of(cls, title: str, result: Result) -> Facts:
        figures = {"Valor": result.value, "Numerador": result.numerator, "Denominador": result.denominator}
        return cls(
            title=title,
            unit=result.submission.unit.name,
            period=result.period.code,
            indicator=f"{result.indicator.code} {result.indicator.name}",
            measured=result.indicator.unit_of_measure,
            figures={label: Decimal(figure) for label, figure in figures.items() if figure is not None},
            ends_on=result.period.ends_on,
        )


def title_of(listed: str) -> str:
    title, link, _ = listed.partition(THE_SAME)[0].partition(LINK)
    return title if link else title.rpartition(".")[0]


def attach(result: Result, listed: str, number: int, at: dt.datetime) -> Evidence:
    """The evidence as the story lists it: "Title.pdf", or "Title | https://…" for a link. Not saved in the database.

    "Title.pdf = 2024-1" is the very file that backed the same indicator in that semester.
    """
    listed, _is, semester = listed.partition(THE_SAME)
    title, url = title_of(listed), listed.partition(LINK)[2]
    common = {"result": result, "uploaded_by": result.entered_by, "uploaded_at": at}
    if url:
        return Evidence(title=title, url=url, **common)
    extension = listed.rpartition(".")[2]
    content = content_of(result, semester, title) if semester else MAKERS[extension](Facts.of(title, result))
    place = f"{result.submission.unit.acronym}-{result.indicator.code}".lower().replace(".", "-")
    path = f"evidence/{at.year}/demo-{result.period.code}-{place}-{number}.{extension}"
    return Evidence(
        title=title,
        file=stored(path, content),
        file_name=f"{slugify(title)}.{extension}",
        content_type=CONTENT_TYPES[extension],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        **common,
    )


def content_of(result: Result, semester: str, title: str) -> bytes:
    """What the file of an earlier semester holds."""
    earlier = Evidence.objects.get(result__indicator=result.indicator, result__period__code=semester, title=title)
    with earlier.file.open() as file:
        return file.read()


def stored(path: str, content: bytes) -> str:
    """The name under which the content is kept; the file of an earlier loading is used again when it is the same."""
    if default_storage.exists(path):
        with default_storage.open(path) as file:
            if file.read() == content:
                return path
    return default_storage.save(path, ContentFile(content))


def workbook(facts: Facts) -> bytes:
    """A consolidated count: the figure spread over districts, or the plain figures where they are no counts."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": facts.title, "created": dt.datetime.combine(facts.ends_on, dt.time(12))})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("Consolidado")
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 2, 14)
    for row, text in enumerate((facts.title, facts.unit, facts.indicator, f"Semestre {facts.period}", NOTICE)):
        sheet.write(row, 0, text, bold if row == 0 else None)
    columns = {label: _spread(figure, facts) for label, figure in facts.figures.items()}
    labels = list(dict.fromkeys(label for column in columns.values() for label in column))
    sheet.write_row(6, 0, ["Lugar", *columns], bold)
    for row, label in enumerate(labels, start=7):
        sheet.write(row, 0, label)
        sheet.write_row(row, 1, [column.get(label, 0) for column in columns.values()])
    sheet.write_row(7 + len(labels), 0, ["Total", *map(float, facts.figures.values())], bold)
    book.close()
    return buffer.getvalue()


def _spread(figure: Decimal, facts: Facts) -> dict[str, int | float]:
    if figure != figure.to_integral_value():
        return {f"Promedio del semestre ({facts.measured})": float(figure)}
    weights = {ubigeo: weight for ubigeo, weight in DISTRICT.items() if ubigeo.isdigit()}
    shares = apportion(int(figure), weights, lot("evidence", facts.indicator, facts.period))
    names = dict(District.objects.filter(pk__in=weights).values_list("pk", "name"))
    return {names[ubigeo]: shares[ubigeo] for ubigeo in weights if ubigeo in shares}


def minutes(facts: Facts) -> bytes:
    """The unit's paper. It says nothing of the indicator: the same one may back two of them."""
    return page(
        facts.title,
        facts.unit,
        f"Semestre {facts.period}",
        "",
        "La unidad deja constancia de lo realizado en el semestre y adjunta este documento",
        "como medio de verificación de su reporte al Plan de Movilidad Humana.",
        "",
        f"Lima, {facts.ends_on:%d/%m/%Y}",
    )


def page(title: str, *lines: str) -> bytes:
    """A PDF of one page, by hand: without fonts of the system, and the same bytes wherever it is made."""
    text = []
    for number, line in enumerate((title, *lines, "", NOTICE)):
        escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        text.append(f"BT /F1 {11 if number else 16} Tf 60 {780 - 22 * number} Td ({escaped}) Tj ET")
    stream = "\n".join(text).encode("cp1252")
    return _pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R /Lang (es-PE) >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
            b" /Resources << /Font << /F1 4 0 R >> >> >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    )


def _pdf(objects: list[bytes]) -> bytes:
    """The objects as a file, with the table of where each begins; the first is the catalogue."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def picture(facts: Facts) -> bytes:
    """A drawn scene with its caption, in the place of a photograph: no real face is ever shown."""
    width, height, ground = 640, 400, 250
    chance = lot("picture", facts.title, facts.indicator, facts.period)
    image = Image.new("RGB", (width, height), chance.choice(["#dbe9ee", "#f3ead7", "#e4ecdd"]))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, ground, width, height), fill="#c9bfa8")
    for place in range(5):  # tents of a fair, the houses of a street
        left, roof = 18 + place * 126 + chance.randint(-12, 12), chance.randint(120, 190)
        shade = chance.choice(["#0b4f6c", "#2f8f62", "#cf8a1d", "#7d5ba6"])
        draw.rectangle((left, roof + 30, left + 90, ground), fill="#f7f4ec")
        draw.polygon([(left - 8, roof + 30), (left + 45, roof), (left + 98, roof + 30)], fill=shade)
    for place in range(9):
        x, top = 40 + place * 68 + chance.randint(-14, 14), chance.randint(215, 250)
        skin = chance.choice(["#8d5a3b", "#b98258", "#d9a77c", "#5f3d28"])
        draw.rounded_rectangle((x - 17, top + 22, x + 17, top + 92), 12, fill=chance.choice(CLOTHES))
        draw.ellipse((x - 13, top - 4, x + 13, top + 24), fill=skin)
    draw.rectangle((0, height - 46, width, height), fill="#1b2430")
    _write(draw, (14, height - 42), facts.title, "white", size=15)
    _write(draw, (14, height - 22), f"{facts.unit} · {facts.period} · dibujo de la demostración", "#dfe3e8", size=12)
    buffer = io.BytesIO()
    image.quantize(64).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _write(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, fill: str, size: int) -> None:
    """Text in Pillow's own font, the only one that every machine has; it lacks accents, which are drawn over it."""
    font = ImageFont.load_default(size=size)
    left, top = place
    plain = ""
    for letter in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(letter):
            plain += letter
            continue
        middle = left + (draw.textlength(plain[:-1], font) + draw.textlength(plain, font)) / 2
        height = top + (size // 6 if plain[-1].islower() else -1)
        rise = 0 if letter == TILDE else 2
        draw.line((middle - 2, height + rise, middle + 2, height - rise), fill=fill)
    draw.text(place, plain, fill=fill, font=font)


TILDE = "\N{COMBINING TILDE}"
CLOTHES = ("#c5443a", "#0b4f6c", "#2f8f62", "#cf8a1d", "#7d5ba6", "#dfe3e8", "#394656")
MAKERS = {"xlsx": workbook, "pdf": minutes, "png": picture}
