import pytest

from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.roles import Role
from khuyencong.places.models import Province


@pytest.fixture
def people(db):
    """Two provinces with a department each, the Cục, and `people(role, agency)` to hire an Actor at one of them."""
    agencies = {}
    for code, name in (("25", "Phú Thọ"), ("31", "Hải Phòng")):
        province = Province.objects.create(code=code, key=code, name=f"Tỉnh {name}", short_name=name, kind="province")
        province.current = province
        province.save()
        agencies[f"sct-{code}"] = Agency.objects.create(
            code=f"sct-{code}",
            kind="department",
            name=f"Sở Công Thương {name}",
            short_name=f"SCT {name}",
            province=province,
        )
    agencies["cuc"] = Agency.objects.create(code="cuc", kind="national", name="Cục", short_name="Cục")

    def hire(role, agency, name="Nguyễn Văn Ân"):
        user = User.objects.create_user(f"u{User.objects.count() + 1}", full_name=name)
        Membership.objects.create(user=user, agency=agencies[agency], role=role)
        return Actor(user, agencies[agency], Role(role), "web 10.0.0.1")

    return hire
