"""A round that is being scored: made-up products, three judges of whom one leads, a scale of six criteria."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone

from khuyencong.competitions.judging.actions import sign_sheet
from khuyencong.competitions.judging.drafting import Typed, keep_scores
from khuyencong.competitions.models import Criterion, Entry, EntryState, Member, Part, Round, RoundState, SeatRole
from khuyencong.core.dates import today
from khuyencong.testing import make_establishment

# Leader of the organiser, then the head of the jury and two judges: one of them from another province.
ORGANISER, LEADER = ("dong-thap", "officer"), ("dong-thap", "leader")
HEAD, DEPUTY, JUDGE = ("dong-thap", "appraiser"), ("dong-thap-centre", "officer"), ("phu-tho", "officer")
NAMES = ("Trần Thị Thử", "Phạm Văn Mẫu", "Vũ Thử Nghiệm")
SCALE = (
    (Part.MARKET, 25),
    (Part.MARKET, 15),
    (Part.IMPACT, 25),
    (Part.IMPACT, 15),
    (Part.BEAUTY, 10),
    (Part.OTHER, 10),
)


@dataclass
class Scored:
    """The round with what belongs to it; `judges` in the order head, deputy, judge."""

    world: object
    round: Round
    judges: list[Member]
    entries: list[Entry]
    criteria: list[Criterion]

    def actor(self, judge):
        return self.world.actor(*(HEAD, DEPUTY, JUDGE)[judge])

    def keep(self, judge, entry, points, *, version=1, page=None, turn=None, **more):
        """Points of the criteria in their order, as one page would send them."""
        typed = Typed({one.pk: value for one, value in zip(self.criteria, points, strict=False)}, {}, **more)
        return keep_scores(
            member=self.judges[judge], entry=self.entries[entry], by=self.actor(judge), version=version, typed=typed,
            page=page or uuid4(), turn=turn,
        )  # fmt: skip

    def sign(self, judge, entry, points):
        """A whole sheet, from blank to signed."""
        sheet = self.keep(judge, entry, points)
        return sign_sheet(
            member=self.judges[judge], entry=self.entries[entry], by=self.actor(judge), version=sheet.version
        )


def points(total):
    """Six points that add up to `total`, as even as the scale allows."""
    left, found = Decimal(total), []
    for _, most in SCALE:
        part = min(Decimal(most), left)
        found.append(part)
        left -= part
    assert left == 0
    return found


def being_scored(world, *, entries=2, state=RoundState.SCORING, **fields):
    """The rows as they stand when scoring has been opened."""
    by = world.actor(*ORGANISER).user
    year = today().year
    round_ = Round.objects.create(
        agency=world.agencies["dong-thap"], level="province", province=world.provinces["82"],
        place_key=f"province:82:{uuid4().hex[:8]}", year=year, name="Bình chọn thử nghiệm", state=state,
        call_number="1/TB", call_on=date(year, 1, 5), entries_from=date(year, 1, 6),
        entries_until=today() - timedelta(days=1), where="Sở", created_by=by, criteria_proposed_by=by,
        criteria_approved_by=by, criteria_approved_at=timezone.now(), criteria_approved_as="Chủ tịch Hội đồng",
        scoring_opened_at=timezone.now(), **fields,
    )  # fmt: skip
    roles = (SeatRole.JURY_HEAD, SeatRole.JURY_DEPUTY, SeatRole.JUDGE)
    judges = [
        Member.objects.create(
            round=round_, role=role, full_name=name, position="Chuyên viên", user=world.actor(*who).user,
            decision_number="2/QĐ", decision_on=date(year, 1, 4), from_on=date(year, 1, 4), added_by=by,
        )
        for role, name, who in zip(roles, NAMES, (HEAD, DEPUTY, JUDGE), strict=True)
    ]  # fmt: skip
    criteria = [
        Criterion.objects.create(round=round_, part=part, text=f"Tiêu chí {order}", max_points=most, order=order)
        for order, (part, most) in enumerate(SCALE, start=1)
    ]
    made = [add_entry(world, round_, number) for number in range(1, entries + 1)]
    return Scored(world, round_, judges, made, criteria)


def add_entry(world, round_, number, **fields):
    """One more product taken in, of a maker whom nobody in the jury is near to."""
    by = world.actor("dong-thap-centre", "officer")
    maker = fields.pop("establishment", None) or make_establishment(
        world, name=f"Cơ sở Bà Tám {number}", owner_name="Đỗ Thị Tám"
    )
    return Entry.objects.create(
        round=round_, establishment=maker, product=f"Khô cá lóc Bà Tám {number}", group="food", number=number,
        code=f"SP-{number:03}", state=EntryState.ACCEPTED, submitted_at=timezone.now(), written_by=by.user,
        written_for=by.agency, features="Cá của Cơ sở Bà Tám phơi ba nắng.", **fields,
    )  # fmt: skip
