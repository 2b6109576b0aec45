"""Writes files in the layouts that CMS publishes. All content is made; the layouts are those known on 2026-11-21."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

PREAMBLE = (
    "CPT only copyright 2025 American Medical Association.  All rights reserved.\r\n"
    "Column1/Column2 Edits\r\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"
    "\t\t\t\t*=no data\t1=allowed\t\r\n"
    "\t\t\t\t\t9=not applicable\t\r\n"
)
Edit = tuple[str, str, str, str, str]
"""Column 1, column 2, first day, last day or ``*``, indicator."""

HEAD = ("Column 1", "Column 2", "*=in existence\nprior to 1996", "Effective\nDate", "Deletion\nDate\n*=no data", "Modifier", "PTP Edit Rationale")  # fmt: skip


def ncci_text(edits: Iterable[Edit]) -> str:
    """One part as tab-separated text."""
    return PREAMBLE + "".join(
        f"{one}\t{two}\t\t{first}\t{last}\t{mark}\tStandards of medical / surgical practice\r\n"
        for one, two, first, last, mark in edits
    )


def ncci_sheet(edits: Iterable[Edit]) -> bytes:
    """One part as a workbook."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["CPT only copyright 2025 American Medical Association.  All rights reserved."])
    sheet.append(["Column1/Column2 Edits"])
    sheet.append(list(HEAD))
    for one, two, first, last, mark in edits:
        sheet.append([one, two, None, int(first), last if last == "*" else int(last), int(mark), "Misuse of column two code"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ncci_zips(folder: Path, edits: Sequence[Edit], *, version: str = "v323r0", who: str = "pra", parts: int = 4, sheets: bool = False) -> list[Path]:
    """The four files of a quarter."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for part in range(parts):
        stem = f"cci{who}-{version}-f{part + 1}"
        content = edits[part::parts]
        path = folder / f"{stem}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            if sheets:
                archive.writestr(f"{stem}.xlsx", ncci_sheet(content))
            else:
                archive.writestr(f"{stem}.TXT", ncci_text(content).encode("cp1252"))
                archive.writestr(f"{stem}.xlsx", b"the text file is read instead")
        paths.append(path)
    return paths


def mue_text(rows: Iterable[tuple[str, int, str]]) -> str:
    """The practitioner table as CSV, its notice with line breaks inside one cell."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(["CPT codes, descriptions and other data only are copyright 2025\nAmerican Medical Association.", "", "", ""])
    table.writerow(["HCPCS/\nCPT Code", "Practitioner Services MUE Values", "MUE Adjudication Indicator", "MUE Rationale"])
    for code, units, mai in rows:
        table.writerow([code, units, mai, "Clinical: Data"])
    return out.getvalue()


def mue_zip(folder: Path, rows: Iterable[tuple[str, int, str]], *, day: str = "10-01-2026") -> Path:
    """The practitioner table as downloaded."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"practitioner-services-mue-table-{day}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"MCR_MUE_PractitionerServices_Eff_{day}.csv", mue_text(rows))
    return path


def order_text(codes: Iterable[tuple[str, bool, str]]) -> str:
    """The order file: fixed columns."""
    return "".join(
        f"{number:05d} {code:<7} {int(complete)} {title[:60]:<60} {title}\r\n"
        for number, (code, complete, title) in enumerate(codes, start=1)
    )


def order_zip(folder: Path, codes: Iterable[tuple[str, bool, str]], *, year: int = 2027, april: bool = False) -> Path:
    """The code descriptions in tabular order as downloaded, with the files that stand beside the order file."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"icd10cm-order-April-{year}.txt" if april else f"icd10cm_order_{year}.txt"
    path = folder / f"{year}-code-descriptions-tabular-order.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{year} Code Descriptions/{name}", order_text(codes))
        archive.writestr(f"{year} Code Descriptions/icd10cm_codes_{year}.txt", "A000    Cholera\r\n")
        archive.writestr(f"{year} Code Descriptions/icd10cm_order_addenda_{year}.txt", "Add: nothing\r\n")
    return path


def mcd_zip(folder: Path, lcds: Iterable[tuple[int, int, str, str]], articles: Iterable[tuple[int, int, int, str, str]] = ()) -> Path:
    """``all_data.zip``: collections as ZIP files, their CSV files in ZIP files again.

    LCDs are number, version, title and day; articles are number, version, LCD, procedure code and diagnosis code.
    """
    folder.mkdir(parents=True, exist_ok=True)
    articles = list(articles)
    lcd = [["lcd_id", "lcd_version", "title", "determination_number", "orig_det_eff_date", "rev_eff_date", "indication"]]
    lcd += [[str(n), str(v), t, "", "2021-12-12 00:00:00", f"{d} 00:00:00", "<p>text, with a comma</p>"] for n, v, t, d in lcds]
    article = [["article_id", "article_version", "article_type", "title", "article_eff_date"]]
    article += [[str(a), str(v), "6", f"Billing article {a}", "2026-04-16 00:00:00"] for a, v, *_ in articles]
    code = [["article_id", "article_version", "hcpc_code_id", "hcpc_code_version", "hcpc_code_group", "long_description"]]
    code += [[str(a), str(v), c, "1", "1", "not kept"] for a, v, _, c, _ in articles]
    covered = [["article_id", "article_version", "icd10_code_id", "icd10_code_version", "icd10_covered_group", "description"]]
    covered += [[str(a), str(v), d, "1", "1", "not kept"] for a, v, _, _, d in articles]
    related = [["article_id", "article_version", "r_lcd_id"], *([str(a), str(v), str(n)] for a, v, n, *_ in articles)]
    none = [["article_id", "article_version", "icd10_code_id", "icd10_code_version", "icd10_noncovered_group", "description"]]
    path = folder / "all_data.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("current_lcd.zip", _collection("current_lcd_csv.zip", {"lcd.csv": lcd}))
        tables = {
            "article.csv": article,
            "article_x_hcpc_code.csv": code,
            "article_x_icd10_covered.csv": covered,
            "article_x_icd10_noncovered.csv": none,
            "article_related_documents.csv": related,
        }
        archive.writestr("current_article.zip", _collection("current_article_csv.zip", tables))
        archive.writestr("readme.pdf", b"%PDF")
    return path


def _collection(name: str, tables: dict[str, list[list[str]]]) -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        for table, rows in tables.items():
            out = io.StringIO()
            csv.writer(out, lineterminator="\r\n").writerows(rows)
            info = zipfile.ZipInfo(table, date_time=(2026, 10, 4, 0, 0, 0))
            archive.writestr(info, out.getvalue())
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr(name, inner.getvalue())
        archive.writestr("data dictionary.pdf", b"%PDF")
    return outer.getvalue()
