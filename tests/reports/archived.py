"""Documents of the archive as tests need them, and what happens to a file on its way: signed, added to, altered."""

import hashlib
import io

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile

from institution import clock, uploads
from institution.models import User
from reports.models import Document


def small_pdf(text="", *, workbook=False):
    """A sound PDF of one empty page; another text, another file."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.docinfo["/Title"] = text
    if workbook:
        pdf.attachments["datos.xlsx"] = pikepdf.AttachedFileSpec(pdf, b"PK\x03\x04\x00libro", filename="datos.xlsx")
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def make_issued(plan, code="7Q4M-0HXN-2KDB", *, content=None, kind="sheets", **kw):
    """A document whose file is archived. Its record says nothing: what is asked for here is in its row."""
    content = content or small_pdf(code)
    fields = {
        "title": f"Documento {code}",
        "record": {"indicators": []},
        "record_sha256": "0" * 64,
        "asked_by": User.objects.system(),
        "asked_on": clock.today(),
        "file": uploads.store(content, folder="documents/2025", extension="pdf"),
        "file_name": f"{code}.pdf",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "issued_at": clock.real_now(),
    } | kw
    return Document.objects.create(plan=plan, kind=kind, code=code, **fields)


def content_of(document):
    with document.file.open("rb") as file:
        return file.read()


def signed(content, reason="Soy el autor del documento"):
    """What a program for digital signatures gives: the same bytes, and after them a revision with a signature.

    The signature itself is none; nobody here checks it.
    """
    start = int(content.rsplit(b"startxref", 1)[1].split()[0])
    with pikepdf.open(io.BytesIO(content)) as pdf:
        size, root = len(pdf.objects) + 1, pdf.trailer.Root.objgen[0]
    value = b"<" + b"00" * 256 + b">"
    head = b"\n%d 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Reason (%s)\n/ByteRange "
    head %= (size, reason.encode())
    gap = len(b"[0 0000000000 0000000000 0000000000] /Contents ")
    before = len(content) + len(head) + gap
    place = len(content) + 1
    rest = b" >>\nendobj\n"
    xref = before + len(value) + len(rest)
    rest += b"xref\n%d 1\n%010d 00000 n \n" % (size, place)
    rest += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (size + 1, root, start, xref)
    covered = b"[0 %010d %010d %010d] /Contents " % (before, before + len(value), len(rest))
    return content + head + covered + value + rest


def altered(content):
    """One byte in the middle is another."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def upload(content, name="documento.pdf"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")
