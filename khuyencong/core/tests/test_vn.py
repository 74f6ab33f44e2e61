from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import formats


def rendered(source, **values):
    return Template("{% load vn %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("source", "value", "shown"),
    [
        ("{{ x|dong }}", 1_750_000_000, "1.750.000.000"),
        ("{{ x|dong }}", Decimal(1_750), "1.750"),
        ("{{ x|dong }}", 0, "0"),
        ("{{ x|dong }}", None, "–"),
        ("{{ x|trieu }}", 3_108_129_000, "3.108,129"),
        ("{{ x|trieu }}", None, "–"),
        ("{{ x|ty }}", 43_735_000_000, "43,735"),
        ("{{ x|ty }}", None, "–"),
        ("{{ x|percent }}", Decimal("93.5"), "93,5 %"),
        ("{{ x|percent }}", 50, "50,0 %"),
        ("{{ x|percent }}", None, "–"),
        ("{{ x|ngay }}", date(2026, 8, 5), "05/08/2026"),
        ("{{ x|ngay }}", datetime(2026, 8, 4, 18, 5, tzinfo=UTC), "05/08/2026"),
        ("{{ x|ngay }}", None, "–"),
        ("{{ x|ngay_gio }}", datetime(2026, 8, 4, 18, 5, tzinfo=UTC), "05/08/2026 01:05"),
        ("{{ x|ngay_gio }}", None, "–"),
        ("{{ x|words }}", 800_000_000, "Tám trăm triệu đồng"),
        ("{{ x|words }}", None, ""),
    ],
)
def test_filters_write_the_vietnamese_way(source, value, shown):
    assert rendered(source, x=value) == shown


def test_filters_do_not_round_money_in_passing():
    with pytest.raises(TypeError, match="whole đồng"):
        rendered("{{ x|dong }}", x=1.5)


def test_icon_is_decoration_unless_it_has_a_label(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    assert rendered("{% icon 'check' %}") == (
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="/static/vendor/icons/icons.svg#check"></use></svg>'
    )
    assert 'role="img" aria-label="Đạt &lt;b&gt;"' in rendered("{% icon 'check' label %}", label="Đạt <b>")
    assert "#&quot;&gt;" in rendered("{% icon name %}", name='">')


def test_formats_group_digits_and_put_the_day_first():
    assert formats.number_format(1_750_000, force_grouping=True) == "1.750.000"
    assert formats.number_format(Decimal("1234.5"), force_grouping=True) == "1.234,5"
    assert formats.localize(2026) == "2026"  # years and keys are never grouped in passing
    assert formats.localize(date(2026, 8, 5)) == "05/08/2026"
    assert formats.localize_input(date(2026, 8, 5)) == "05/08/2026"
    assert formats.sanitize_separators("12,5") == "12.5"
