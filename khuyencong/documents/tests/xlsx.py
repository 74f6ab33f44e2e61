"""Excel files for tests: ordinary ones through XlsxWriter, and ones that no program would write, put together by hand."""

import zipfile
from io import BytesIO

import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def written(*sheets, hidden=(), touch=None):
    """The bytes of a workbook: each sheet is (name, rows); `touch(book, pages)` may do more before it is closed."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    pages = []
    for name, rows in sheets:
        page = book.add_worksheet(name)
        pages.append(page)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(number, column, value)
                elif value is not None:
                    page.write(number, column, value)
        if name in hidden:
            page.hide()
    if touch:
        touch(book, pages)
    book.close()
    return buffer.getvalue()


def by_hand(rows="", *, parts=None, sheets=(("DS", "visible"),), after="", properties="", method=zipfile.ZIP_DEFLATED):
    """A workbook of raw XML: `rows` is the inside of the first sheet's sheetData, `after` follows it."""
    listing = "".join(
        f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        for number, (name, state) in enumerate(sheets, start=1)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    made = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}<sheets>{listing}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}'
        f'<Relationship Id="s" Type="{RELATIONS}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        f'<Relationship Id="t" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>',
        **(parts or {}),
    }
    return zipped(made, method=method)


def zipped(parts, *, method=zipfile.ZIP_DEFLATED):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def texts(row, *values):
    """A row of inline texts, as XML."""
    cells = "".join(
        f'<c r="{chr(ord("A") + at)}{row}" t="inlineStr"><is><t>{value}</t></is></c>' for at, value in enumerate(values)
    )
    return f'<row r="{row}">{cells}</row>'
