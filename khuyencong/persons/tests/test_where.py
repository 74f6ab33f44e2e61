"""Every field of every model that looks like a person's is declared, or said to be none."""

import re

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Q

from khuyencong.persons.holding import AFTER, RULES, STAYS, Sort
from khuyencong.persons.keeping import with_day
from khuyencong.persons.where import HOLDINGS
from khuyencong.persons.where.others import NOT_PERSONS, SIGNERS

LOOKS = re.compile(
    r"name|phone|mail|identity|id_number|contact|holder|address|birth|born|guest|person|people|signed|told_by|_by$|party|payee"
    r"|account|complainant|consultant|owner|receiv|given|^met$|^who$|gender|ethnic|member|position|title|device|_as$|partner"
)
SAID = re.compile(r"\bngười\b|họ và|họ tên|\bchủ \b|điện thoại|thư điện|chức vụ|năm sinh")
DATA = (models.JSONField, models.FileField, models.BinaryField, models.EmailField)
PLAIN = (
    models.BooleanField, models.DateField, models.DecimalField, models.FloatField, models.UUIDField, models.TimeField,
)  # fmt: skip
DECLARED = {one.key: set(one.fields) for one in HOLDINGS}


def looks_personal(field):
    """Whether a column may name a person or say something of one."""
    if field.is_relation or isinstance(field, PLAIN):
        return False
    if field.choices and "gender" not in field.name:
        return False
    if isinstance(field, models.IntegerField):
        return bool(re.search("birth|born", field.name))
    if re.search("file_type|sha256|file_size", field.name):
        return False
    return isinstance(field, DATA) or bool(LOOKS.search(field.name) or SAID.search(str(field.verbose_name)))


def ours():
    return [model for model in apps.get_models() if model.__module__.startswith("khuyencong.")]


def unsaid(model_list):
    """Fields that look like a person's and stand in no list."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in model_list
        for field in model._meta.concrete_fields
        if looks_personal(field)
        and field.name not in DECLARED.get(model._meta.label, ())
        and field.name not in SIGNERS
        and field.name not in NOT_PERSONS.get(model._meta.label, "").split()
    ]


def test_every_field_of_a_person_is_declared():
    assert unsaid(ours()) == []


def test_a_new_field_of_a_person_would_be_found():
    class Apprentice(models.Model):
        nickname = models.CharField("tên gọi", max_length=10)
        father = models.CharField("họ tên cha", max_length=10)
        weight = models.IntegerField("cân nặng")

        class Meta:
            app_label = "persons"
            managed = False

        def __str__(self):
            return self.nickname

    try:
        assert unsaid([Apprentice]) == ["persons.Apprentice.nickname", "persons.Apprentice.father"]
    finally:
        del apps.all_models["persons"]["apprentice"]
        apps.clear_cache()


def test_lists_name_fields_that_exist():
    for holding in HOLDINGS:
        for name in (*holding.fields, *holding.writes):
            holding.model._meta.get_field(name)
    for label, names in NOT_PERSONS.items():
        for name in names.split():
            apps.get_model(label)._meta.get_field(name)
    assert len(DECLARED) == len(HOLDINGS)


@pytest.mark.django_db
def test_declared_paths_can_be_asked():
    """Paths are words in a table: each is asked once, on empty tables."""
    for holding in HOLDINGS:
        rows = holding.model._default_manager.all()
        for path in filter(None, (holding.owner, holding.projects, holding.account)):
            rows.filter(**{f"{path}__isnull": False}).exists()
        with_day(holding, rows).filter(holding.ended).exists()


def test_hiding_knows_what_to_do_with_each():
    for holding in HOLDINGS:
        assert not holding.rule or holding.rule in RULES, holding.key
        assert holding.stays or holding.owner, f"nobody decides on rows of {holding.key}"
        counts = holding.since is not None or bool(holding.projects)
        assert counts or not holding.rule, f"{holding.key} counts from no day"
        assert holding.in_use or holding.ended == Q(), f"{holding.key} does not say why a row is still in use"
        for name, sort in holding.fields.items():
            said = sort in AFTER or sort in STAYS or sort is Sort.COPY or name in holding.writes
            assert said, f"hiding does not know what to write into {name}"
