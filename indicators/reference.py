"""Editions with their indicators, published results and figures, from the files beside the app.

A figure that is known to a month or a year is dated by its last day: a target "for 2025" is due
when 2025 ends.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from indicators.choices import ResultMeasure
from indicators.models import (
    AssessmentResult,
    Framework,
    MainIndicator,
    Pillar,
    PublishedFigure,
    SubIndicator,
)
from organisations.reference.files import DataFiles, Line
from organisations.reference.problems import Place
from organisations.reference.tables import AnyModel, Row, Table

DATA = Path(__file__).resolve().parent / "data"
RESULT_COLUMNS = (
    "framework",
    "assessment_year",
    "ranked_units",
    "province",
    "territory",
    "is_mean",
    "measure",
    "measure_code",
    "score",
    "rank",
    "published_on",
    "published_on_precision",
    "note",
    "certainty",
    "source",
)
RESULT_IDENTITY = (
    "framework__code",
    "assessment_year",
    "ranked_units",
    "province",
    "is_mean",
    "measure",
    "measure_code",
)
FIGURE_COLUMNS = (
    "key",
    "name",
    "value",
    "unit",
    "comparator",
    "as_of",
    "as_of_precision",
    "territory",
    "role",
    "certainty",
    "source",
)
SOURCED = ("certainty", "source")
FRAMEWORK_FIELDS = (
    "code",
    "name",
    "name_en",
    "legal_basis",
    "issuer",
    "issued_on",
    "superseded_by",
    "scale_points",
    "main_indicator_count",
    "sub_indicator_count",
    "assessment_years",
    "total_formula",
    "total_formula_certainty",
    "total_weights",
    *SOURCED,
)
PILLAR_FIELDS = ("code", "name", "name_en", "max_points", "sub_indicator_count", *SOURCED)
MAIN_FIELDS = (
    "code",
    "name",
    "name_en",
    "pillars",
    "max_points",
    "sub_indicator_count",
    "is_scored",
    *SOURCED,
)
SUB_FIELDS = (
    "key",
    "official_code",
    "name",
    "name_en",
    "max_points",
    "unit",
    "rule",
    "note",
    *SOURCED,
)


def tables(files: DataFiles) -> list[Table]:
    """The tables of this floor; editions first, since results refer to their codes."""
    editions = Editions(files)
    editions.read()
    return [
        editions.frameworks,
        editions.pillars,
        editions.mains,
        editions.subs,
        results(files),
        figures(files),
    ]


class Editions:
    """`frameworks.json`: editions, in them pillars and main indicators, in these sub-indicators.

    A main indicator names the pillars it counts in; those of edition 922 count in several.
    """

    def __init__(self, files: DataFiles) -> None:
        self.files = files
        self.file = "frameworks.json"
        self.frameworks = Table(Framework, ("code",))
        self.pillars = Table(Pillar, ("framework__code", "code"))
        self.mains = Table(MainIndicator, ("framework__code", "code"))
        self.subs = Table(SubIndicator, ("key",))

    def read(self) -> None:
        content = self.files.json(DATA / self.file)
        for path, edition in self._objects(content, "", "frameworks"):
            self._add(self.frameworks, path, edition, FRAMEWORK_FIELDS, {})
            self._read_edition(path, edition, str(edition.get("code", "")))

    def _read_edition(self, path: str, edition: Mapping[str, Any], code: str) -> None:
        pillars = enumerate(self._objects(edition, path, "pillars"), start=1)
        for order, (place, pillar) in pillars:
            more = {"framework": code, "order": order}
            self._add(self.pillars, place, pillar, PILLAR_FIELDS, more)
        mains = enumerate(self._objects(edition, path, "main_indicators"), start=1)
        for order, (place, main) in mains:
            names = main.get("pillars") if isinstance(main.get("pillars"), list) else []
            more = {
                "framework": code,
                "order": order,
                "pillars": [f"{code}/{name}" for name in names or []],
            }
            self._add(self.mains, place, main, MAIN_FIELDS, more)
            self._read_main(place, main, f"{code}/{main.get('code', '')}")

    def _read_main(self, path: str, main: Mapping[str, Any], code: str) -> None:
        subs = enumerate(self._objects(main, path, "sub_indicators"), start=1)
        for order, (place, sub) in subs:
            more = {"main_indicator": code, "order": order}
            self._add(self.subs, place, sub, SUB_FIELDS, more)

    def _objects(
        self, holder: Mapping[str, Any], path: str, name: str
    ) -> list[tuple[str, dict[str, Any]]]:
        """The objects of a list with their paths; complains of anything else."""
        inside = f"{path}.{name}" if path else name
        found = holder.get(name)
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            self.files.complain(Place(self.file, None, inside), _("must be a list of objects"))
            return []
        return [(f"{inside}[{number}]", item) for number, item in enumerate(found)]

    def _add(
        self,
        table: Table,
        path: str,
        item: Mapping[str, Any],
        fields: tuple[str, ...],
        more: Mapping[str, Any],
    ) -> None:
        known = {*fields, "pillars", "main_indicators", "sub_indicators"}
        for name in [name for name in fields if name not in item]:
            self.files.complain(Place(self.file, None, f"{path}.{name}"), _("is missing"))
        for name in [name for name in item if name not in known]:
            self.files.complain(Place(self.file, None, f"{path}.{name}"), _("is unknown"))
        values = {name: item[name] for name in fields if name in item}
        table.add(self.files, Place(self.file, None, path), values | dict(more))


def results(files: DataFiles) -> Table:
    """Published scores and ranks; a row without either records that it was not found."""
    table = Table(AssessmentResult, RESULT_IDENTITY)
    for line in files.csv(DATA / "results.csv", RESULT_COLUMNS):
        row = table.add(files, line.place, line.cells, mentions=measured_part(line))
        if row:
            rank_lies_in_its_table(files, row)
    return table


def measured_part(line: Line) -> tuple[tuple[str, AnyModel, str], ...]:
    """The pillar or main indicator that a result is about, which its edition must have."""
    parts: dict[str, AnyModel] = {
        ResultMeasure.PILLAR.value: Pillar,
        ResultMeasure.MAIN.value: MainIndicator,
    }
    model = parts.get(line.cells["measure"])
    code = f"{line.cells['framework']}/{line.cells['measure_code']}"
    return (("measure_code", model, code),) if model else ()


def rank_lies_in_its_table(files: DataFiles, row: Row) -> None:
    rank, units = row.values["rank"], row.values["ranked_units"]
    if rank is not None and (rank < 1 or (units is not None and rank > units)):
        place = Place(row.place.file, row.place.line, "rank")
        found = {"rank": rank, "units": "…" if units is None else units}
        files.complain(place, _("rank %(rank)s does not lie in 1–%(units)s") % found)


def figures(files: DataFiles) -> Table:
    """Figures and targets of the press that a link can cite."""
    table = Table(PublishedFigure, ("key",))
    for line in files.csv(DATA / "figures.csv", FIGURE_COLUMNS):
        table.add(files, line.place, line.cells)
    return table
