"""What is said to people is what stands in the descriptions."""

from django.test import Client
from django.urls import reverse

from khuyencong.persons.holding import RULES, Kind, Sort
from khuyencong.persons.notice import PURPOSES, collected
from khuyencong.persons.where import HOLDINGS


def test_every_kind_of_person_is_told_with_everything_that_is_kept():
    told = {one.kind: one for one in collected()}
    assert set(told) == set(PURPOSES) == {holding.kind for holding in HOLDINGS} - {Kind.ANY}
    for holding in HOLDINGS:
        for sort in holding.fields.values():
            if holding.kind is not Kind.ANY and sort not in {Sort.COPY, Sort.SECRET, Sort.TEXT, Sort.FILE}:
                assert str(sort) in told[holding.kind].what, holding.key


def test_everybody_reads_it(db):
    page = Client().get(reverse("privacy_notice")).content.decode()
    assert "bí mật" not in page
    for rule in RULES.values():
        assert rule.label in page
    assert "chờ xác minh" in page, "what is not verified is said so"
    for name in ("portal", "login", "registration_new"):
        assert reverse("privacy_notice") in Client().get(reverse(name), follow=True).content.decode()
