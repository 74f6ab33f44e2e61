"""House rules that no tool knows, read off the files and the syntax trees."""

import ast
import re
import unicodedata
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from khuyencong.appraisal.models import CouncilSheet, Remark, SheetPoint
from khuyencong.audit.models import AuditEvent
from khuyencong.competitions.models import Decision, Reopening, SheetSignature
from khuyencong.core import append_only
from khuyencong.effects.models import EffectAnswer, EffectMeasure
from khuyencong.finance.models import LedgerEntry
from khuyencong.papers.models import PaperTemplate, TemplateUse

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "khuyencong"
TEXT = {".py", ".html", ".md", ".yaml", ".csv", ".js", ".css", ".toml", ".txt", ".in"}
LONGEST_FILE = 400
ROOMS = sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))


def is_code(path):
    """Code of the program: no tests, no migrations."""
    return not {"tests", "migrations"} & set(path.relative_to(ROOT).parts)


CODE = {path: ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py")) if is_code(path)}
SCRIPTS = {path: ast.parse(path.read_text()) for path in sorted((ROOT / "scripts").glob("*.py"))}
TEMPLATES = {path: path.read_text() for path in sorted(PACKAGE.rglob("templates/**/*.html"))}


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def test_files_are_found():
    assert len(CODE) > 100
    assert len(TEMPLATES) > 50
    assert len(ROOMS) > 10


# --- views -----------------------------------------------------------------------------------------------------------

DECLARATIONS = {"public", "signed_in", "opens_to"}


def called(node):
    """The plain name of what is called or named: `opens_to` in `@opens_to(Permission.X)`."""
    target = node.func if isinstance(node, ast.Call) else node
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def functions(file, folder):
    """Functions named without an underscore in modules called `file` or lying in a folder called `folder`."""
    for path, tree in CODE.items():
        if path.name == file or path.parent.name == folder:
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield path, node


def views():
    """Functions of view modules that take a request."""
    for path, node in functions("views.py", "views"):
        if node.args.args and node.args.args[0].arg == "request":
            yield path, node


# Pages for errors: no address leads to them.
ERROR_PAGES = {"core/views.py:bad_request", "core/views.py:csrf_failure", "core/views.py:server_error"}


def test_every_view_declares_who_may_open_it():
    found = {f"{name_of(path)}:{node.name}": {called(one) for one in node.decorator_list} for path, node in views()}
    assert len(found) > 30
    assert {name for name, decorators in found.items() if not decorators & DECLARATIONS} == ERROR_PAGES


def test_every_view_names_its_methods():
    """A view that does not say so would take a form as if it were a visit."""
    methods = {"require_safe", "require_GET", "require_POST", "require_http_methods"}
    found = {
        f"{name_of(path)}:{node.name}"
        for path, node in views()
        if not {called(d) for d in node.decorator_list} & methods
    }
    assert found == ERROR_PAGES


# --- actions ---------------------------------------------------------------------------------------------------------


def actions():
    """Functions of action modules that somebody does: they take `by`."""
    for path, node in functions("actions.py", "actions"):
        if "by" in {one.arg for one in [*node.args.args, *node.args.kwonlyargs]}:
            yield path, node


def test_actions_take_only_named_arguments():
    found = list(actions())
    assert len(found) > 25
    assert [f"{name_of(path)}:{node.name}" for path, node in found if node.args.args or node.args.posonlyargs] == []


def test_actions_run_in_a_transaction():
    """The whole action, or for one that writes a file first, the part that writes to the database."""
    loose = []
    for path, node in actions():
        whole = any(ast.unparse(one).startswith("transaction.atomic") for one in node.decorator_list)
        inside = any(
            isinstance(one, ast.With)
            and any(ast.unparse(item.context_expr) == "transaction.atomic()" for item in one.items)
            for one in ast.walk(node)
        )
        if not whole and not inside:
            loose.append(f"{name_of(path)}:{node.name}")
    # The trail's own door: it is called last inside the transaction of an action, and opens one of its own.
    assert loose == ["audit/actions.py:record"]


def test_actions_leave_an_event():
    """Every action records what it did, itself, in a part of its own, or through another action."""
    own = {"create_plan", "name_beneficiary", "write_estimate", "_move_and_record", "_keep_and_record"}
    recording = {"record", "record_many", *own}
    silent = [
        f"{name_of(path)}:{node.name}"
        for path, node in actions()
        if not recording & {called(one) for one in ast.walk(node) if isinstance(one, ast.Call)}
    ]
    assert silent == ["audit/actions.py:record", "audit/actions.py:record_many"]


def test_actions_are_typed_and_documented():
    poor = [
        f"{name_of(path)}:{node.name}"
        for path, node in actions()
        if node.returns is None
        or not ast.get_docstring(node)
        or any(one.annotation is None for one in node.args.kwonlyargs)
    ]
    assert poor == []


# --- states ----------------------------------------------------------------------------------------------------------

# The one door of each lifecycle: a đề án's is `projects.states.move`, an entered document's `normbook.states.move`; a plan has two states
# and a last one, and change in the one action that ends them.
DOORS = {
    "appraisal/states.py": {"condition.state"},
    "surveys/actions.py": {"survey.state"},
    "projects/states.py": {"project.state"},
    "adjustments/states.py": {"adjustment.state"},
    "federation/states.py": {"package.state"},
    "monitoring/states.py": {"report.state"},
    "periods/states.py": {"report.state"},
    "inspections/states.py": {"inspection.state", "finding.state"},
    "effects/states.py": {"sheet.state"},
    "collaborators/states.py": {"found.state"},
    "consulting/states.py": {"job.state"},
    "outreach/states.py": {"work.state", "article.state"},
    "fairs/states.py": {"fair.state", "participant.state"},
    "competitions/states.py": {"round_.state", "entry.state", "sheet.state", "certificate.state"},
    "training/states.py": {"course.state"},
    "opendata/states.py": {"publication.state"},
    "portal/states.py": {"feedback.state"},
    "quarantine/states.py": {"held.state"},
    "persons/actions/requests.py": {"asked.state"},
    "people/steps.py": {"record.state"},  # for the tables above that use it; a call of `advance` counts where it stands
    "normbook/states.py": {"document.state"},
    "intake/states.py": {"record.state"},
    "establishments/actions/importing.py": {"found.state"},
    "projects/actions/proposals.py": {"found.state"},
    "finance/actions/plans.py": {"plan.state"},
    "finance/actions/history.py": {"plan.state"},
    "finance/contract_states.py": {"contract.state"},
    "finance/payment_states.py": {"payment.state"},
    "treasury/actions/lists.py": {"found.state"},
    "treasury/actions/confirming.py": {"found.state"},
    "whatif/actions.py": {"trial.state"},
    "programmes/actions.py": {"draft.state"},
    "api/deliveries.py": {"delivery.state"},
}
UPDATES = {"establishments/actions/merging.py": {"Suspicion"}}


def set_states(tree):
    """What is assigned to an attribute `state`: `project.state`; and what `people.steps.advance` is told to move."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"advance", "steps.advance"}:
            yield f"{ast.unparse(node.args[0])}.state"
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in [part for one in targets for part in getattr(one, "elts", [one])]:
                if isinstance(target, ast.Attribute) and target.attr == "state":
                    yield ast.unparse(target)


def written_states(tree):
    """Models whose `state` is given to a query that writes, or set by name."""
    writing = {"update", "create", "get_or_create", "update_or_create", "bulk_update", "setattr", "__setattr__"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in writing:
            named = {one.arg for one in node.keywords} | {ast.unparse(one).strip("'[]") for one in node.args}
            if "state" in named:
                yield ast.unparse(node.func).split(".")[0]


def by_file(look):
    """{file: what `look` finds in it}, only where it finds something."""
    found = {name_of(path): set(look(tree)) for path, tree in CODE.items()}
    return {name: things for name, things in found.items() if things}


def test_states_change_only_through_their_door():
    assert by_file(set_states) == DOORS
    assert by_file(written_states) == UPDATES


def test_only_the_ledger_adds_to_the_ledger():
    found = [
        name_of(path)
        for path, tree in CODE.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and re.match(
            r"LedgerEntry(\.objects\.(create|bulk_create|get_or_create|update_or_create))?$", ast.unparse(node.func)
        )
    ]
    assert found == ["finance/ledger.py"]


# --- money -----------------------------------------------------------------------------------------------------------

MONEY = [
    path
    for path in CODE
    if name_of(path).startswith(
        ("core/money.py", "law/support.py", "law/sheet.py", "finance/", "delivery/", "projects/", "settlement/")
    )
]


@pytest.mark.parametrize("path", MONEY, ids=name_of)
def test_money_never_meets_a_float(path):
    """No float, no number with a point, and no division but of fractions: the tree has none but the ones named here."""
    found = []
    for node in ast.walk(CODE[path]):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"{node.lineno}: {node.value}")
        if isinstance(node, ast.Name) and node.id == "float":
            found.append(f"{node.lineno}: float")
        if isinstance(node, ast.Call) and called(node) == "round":
            found.append(f"{node.lineno}: round")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and "Fraction" not in ast.unparse(node.left):
            found.append(f"{node.lineno}: {ast.unparse(node)}")
    assert found == []


def test_money_is_rounded_in_one_place():
    """`share_down` alone takes a share of an amount; what else divides whole numbers is shown, not paid."""
    found = {
        name_of(path)
        for path in MONEY
        for node in ast.walk(CODE[path])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv)
    }
    # Bytes of files in projects/actions/attachments.py; columns of years elsewhere would be named here too.
    assert found <= {"core/money.py", "projects/actions/attachments.py"}


# --- texts and templates ---------------------------------------------------------------------------------------------


def test_nothing_prints():
    """The command line writes through its own functions; scripts and tests are tools."""
    found = {
        name_of(path)
        for path, tree in CODE.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert found <= {"cli.py", "server.py"}


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_stays_inside_the_security_policy(path):
    text = re.sub(r"\{#.*?#\}", "", TEMPLATES[path])
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "javascript:" not in text
    assert not re.search(r"""(src|href)\s*=\s*["'](https?:)?//""", text)


def test_templates_trust_no_text():
    for path, text in TEMPLATES.items():
        assert not re.search(r"autoescape\s+off|\|\s*safe(seq)?\b", text), path
    marked = {
        name_of(path)
        for path, tree in CODE.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in {"mark_safe", "SafeString"}
    }
    # The last two escape every text themselves.
    # The guide renders files of this repository, HTML in them switched off.
    assert marked <= {
        "guide/pages.py",
        "core/templatetags/vn.py",
        "dashboards/charts.py",
        "reporting/templatetags/figures.py",
    }


def test_every_form_carries_its_key():
    """A form that is sent has the key against forgery."""
    for path, text in TEMPLATES.items():
        for form in re.findall(r'<form[^>]*method="post"[^>]*>.*?</form>', text, re.DOTALL):
            assert "{% csrf_token %}" in form, path


def committed(*suffixes):
    """Files of the repository that people write, by suffix."""
    skipped = {".venv", "vendor", "var", "node_modules", ".git", "build", "static", "bootstrap"}
    for path in sorted(ROOT.rglob("*")):
        if path.suffix in suffixes and path.is_file() and not skipped & set(path.relative_to(ROOT).parts[:-1]):
            yield path


def test_texts_are_composed():
    apart = [
        str(path.relative_to(ROOT))
        for path in committed(*TEXT)
        if not unicodedata.is_normalized("NFC", path.read_text())
    ]
    assert apart == []


def test_texts_hold_nothing_invisible():
    """No byte order mark, no zero width letters, no tabs in code, and a line feed at the end."""
    odd = []
    for path in committed(".py", ".html", ".md", ".yaml", ".toml"):
        text = path.read_text()
        if re.search("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text) or (
            text and not text.endswith("\n")
        ):
            odd.append(str(path.relative_to(ROOT)))
        if path.suffix == ".py" and "\t" in text:
            odd.append(f"{path.relative_to(ROOT)}: tab")
    assert odd == []


# --- files -----------------------------------------------------------------------------------------------------------


def test_files_stay_small():
    long = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in [*CODE, *SCRIPTS]
        if len(path.read_text().splitlines()) > LONGEST_FILE
    }
    assert long == {}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_room_says_what_it_is_for(room):
    """About ten lines: purpose, articles, life cycle, where to read first."""
    lines = (room / "README.md").read_text().splitlines()
    assert lines[0].startswith(f"# {room.name}")
    assert 6 <= len(lines) <= 16
    assert len(" ".join(lines).split()) > 50


def test_ignores_are_explained():
    """`noqa` and `type: ignore` name what they ignore and say why."""
    bare = []
    for path in [*CODE, *SCRIPTS]:
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            for mark, explained in (
                (r"#\s*noqa", r"#\s*noqa: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*\W*\s+\S+"),
                (r"#\s*type:\s*ignore", r"#\s*type: ignore\[[a-z, -]+\]\W*\s+\S+"),
            ):
                if re.search(mark, line) and not re.search(explained, line):
                    bare.append(f"{path.relative_to(ROOT)}:{number}")
    assert bare == []


def test_nothing_is_left_for_later():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        str(path.relative_to(ROOT))
        for path in committed(".py", ".html", ".md", ".yaml", ".js", ".css")
        if path != Path(__file__).resolve() and words.search(path.read_text())
    ]
    assert found == []


def test_requirements_name_no_registry():
    """Packages and their hashes; where they come from is the business of the machine that installs them."""
    files = [
        *ROOT.glob("requirements/*.txt"),
        *ROOT.glob("requirements/*.in"),
        ROOT / "pyproject.toml",
    ]
    assert len(files) > 5
    for path in files:
        text = path.read_text()
        assert not re.search(r"https?://|git\+|ssh://", text), path
        assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host|(^|\s)-[if]\s", text), path
    for path in ROOT.glob("requirements/*.txt"):
        pinned = re.findall(r"^[a-z0-9][^\s=]*==\S+", path.read_text(), re.MULTILINE | re.IGNORECASE)
        hashed = re.split(r"^(?=[A-Za-z0-9])", path.read_text(), flags=re.MULTILINE)[1:]
        assert pinned, path
        assert all("--hash=sha256:" in block for block in hashed), path


# --- database --------------------------------------------------------------------------------------------------------


GUARDED = [
    AuditEvent,
    LedgerEntry,
    CouncilSheet,
    SheetPoint,
    Remark,
    EffectAnswer,
    EffectMeasure,
    PaperTemplate,
    TemplateUse,
    SheetSignature,
    Reopening,
    Decision,
]


@pytest.mark.django_db
@pytest.mark.parametrize("model", GUARDED)
def test_tables_that_only_grow_are_guarded_by_the_database(model):
    """On whichever of the two databases the tests run."""
    assert append_only.is_installed(model._meta.db_table, connection)


def test_guards_outlive_every_migration():
    """SQLite drops triggers with the table it rebuilds: the last migration that touches such a table sets them again."""
    loader = MigrationLoader(None)
    for model in GUARDED:
        label, name = model._meta.app_label, model.__name__
        touching = [
            operation
            for key in sorted(loader.disk_migrations)
            for operation in loader.disk_migrations[key].operations
            if key[0] == label
            and getattr(operation, "model_name", getattr(operation, "name", "")).lower() == name.lower()
        ]
        assert isinstance(touching[-1], append_only.AppendOnly), name


# Triggers, an extension for indexes of words, the mark of a demo database, rows in bulk or put back, and what the command line asks of a server before Django stands.
RAW_SQL = {
    "core/alone.py",
    "core/append_only.py",
    "core/counting.py",
    "core/keys.py",
    "core/observed.py",
    "core/replicas.py",
    "core/search_index.py",
    "core/snapshot.py",
    "demo/mark.py",
    "demo/national/load.py",
    "demo/national/tables.py",
    "finance/periods.py",
    "upkeep/doctor.py",
    "upkeep/slow.py",
    "upkeep/moving.py",
    "upkeep/views.py",
    "cli.py",
    "config.py",
    "server.py",
    "testing_kept.py",
}


def test_raw_sql_is_the_exception():
    def look(tree):
        names = {"raw", "RawSQL", "execute", "executemany", "extra"}
        return {called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)} & names

    assert set(by_file(look)) <= RAW_SQL
