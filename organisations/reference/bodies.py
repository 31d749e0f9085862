"""Bodies, their successions and documents, from the files beside the app."""

from pathlib import Path

from django.utils.translation import gettext as _

from organisations.models import Document, Organisation, Succession
from organisations.reference.files import DataFiles, Line
from organisations.reference.problems import Place
from organisations.reference.tables import Row, Table

DATA = Path(__file__).resolve().parent.parent / "data"
ORGANISATION_COLUMNS = (
    "code",
    "name",
    "name_en",
    "short_name",
    "kind",
    "parent",
    "is_office",
    "valid_from",
    "valid_to",
    "header_name",
    "superior_header",
    "issuer_code",
    "head_title",
    "deputy_title",
    "signs_for",
    "place_name",
    "aliases",
    "exchange_code",
    "certainty",
)
SUCCESSION_COLUMNS = (
    "predecessor",
    "successor",
    "effective_on",
    "duty",
    "legal_basis",
    "certainty",
)
DOCUMENT_COLUMNS = (
    "key",
    "number_code",
    "kind",
    "issued_on",
    "issued_on_precision",
    "issuer",
    "subject",
    "signer",
    "certainty",
)


def tables(files: DataFiles) -> list[Table]:
    """The tables of the lowest floor: organisations first, since the others refer to them."""
    organisations = Table(Organisation, ("code",))
    for line in files.csv(DATA / "organisations.csv", ORGANISATION_COLUMNS):
        row = organisations.add(files, line.place, line.cells)
        if row:
            ends_after_it_begins(files, row, "valid_from", "valid_to")
    successions = Table(Succession, ("predecessor__code", "duty", "effective_on"))
    for line in files.csv(DATA / "successions.csv", SUCCESSION_COLUMNS):
        successions.add(files, line.place, line.cells)
        if line.cells["predecessor"] == line.cells["successor"]:
            files.complain(place_of(line, "successor"), _("nobody succeeds itself"))
    documents = Table(Document, ("key",))
    for line in files.csv(DATA / "documents.csv", DOCUMENT_COLUMNS):
        documents.add(files, line.place, line.cells)
        if not line.cells["issued_on"] and line.cells["issued_on_precision"] != "unknown":
            place = place_of(line, "issued_on_precision")
            files.complain(place, _("a document without a day has the precision “unknown”"))
    return [organisations, successions, documents]


def place_of(line: Line, column: str) -> Place:
    return Place(line.place.file, line.place.line, column)


def ends_after_it_begins(files: DataFiles, row: Row, begin: str, end: str) -> None:
    """Complain of a span that ends before it begins; an open end is fine."""
    first, last = row.values[begin], row.values[end]
    if first and last and last < first:
        place = Place(row.place.file, row.place.line, end)
        files.complain(place, _("lies before %(begin)s") % {"begin": begin})
