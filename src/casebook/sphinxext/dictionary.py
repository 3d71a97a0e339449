"""The data package told: every table and column, its files, and the references as one file."""

from docutils import nodes
from sphinx.application import Sphinx

from casebook.schema import Table
from casebook.sphinxext.domain import NAME, TABLE
from casebook.sphinxext.writing import Cell, StudyDirective, paragraph, root_of
from casebook.wording import number


def _file(docname: str, name: str) -> nodes.reference:
    """Return the link to a file beside the tables, as seen from a page."""
    return nodes.reference("", name, refuri=f"{root_of(docname)}data/{name}", internal=True)


class DataDictionary(StudyDirective):
    """Every table and column of the data package."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each table."""
        return [self._table(table) for table in self.study.schema.tables]

    def _table(self, table: Table) -> nodes.section:
        anchor = f"table-{table.name.replace('_', '-')}"
        self.env.get_domain(NAME).note_target(TABLE, table.name, self.env.docname, anchor)
        section = nodes.section(ids=[anchor])
        section += nodes.title("", f"{table.title} ({table.path})")
        section += paragraph(
            table.description,
            f" {number(len(self.study[table.name]))} rows. Key: {', '.join(table.key)}. The file: ",
            _file(self.env.docname, table.path),
            ".",
        )
        targets = {r.column: f"{r.table}.{r.target}" for r in table.references}
        rows: list[list[Cell]] = []
        for column in table.columns:
            kind = (
                column.type
                + (f", {column.unit}" if column.unit else "")
                + ("; required" if column.required else "")
            )
            meaning = column.description
            if column.name in targets:
                meaning += f" Refers to {targets[column.name]}."
            if column.levels:
                meaning += (
                    " Levels: "
                    + "; ".join(f"“{v}”" + (f" {label}" if label != v else "") for v, label in column.levels)
                    + "."
                )
            rows.append([[nodes.literal("", column.name)], kind, meaning])
        caption = f"The columns of {table.path}"
        section += self.table(["Column", "Type", "Meaning"], rows, ["wide"], caption=caption)
        return section


class Tables(StudyDirective):
    """The tables of the data package: what a row is, how many there are, and the file."""

    def run(self) -> list[nodes.Node]:
        """Return a table with a download link for each table."""
        study = self.study
        rows: list[list[Cell]] = []
        for table in study.schema.tables:
            rows.append(
                [
                    [_file(self.env.docname, table.path)],
                    table.title,
                    table.description,
                    number(len(study[table.name])),
                ]
            )
        heads = ["File", "Table", "What a row is", "Rows"]
        return [self.table(heads, rows, ["wide"], {3}, "The tables of the data package")]


class BibliographyLink(StudyDirective):
    """The link to the references as BibTeX."""

    def run(self) -> list[nodes.Node]:
        """Return a paragraph with the link."""
        file = _file(self.env.docname, "references.bib")
        return [paragraph("For a reference manager: ", file, ".", classes=["fine"])]


DIRECTIVES = {
    "data-dictionary": DataDictionary,
    "bibliography-link": BibliographyLink,
    "data-tables": Tables,
}


def setup_part(app: Sphinx) -> None:
    """Register the directives."""
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
