"""What `make bench` measures of classes, among the đề án of `calculations.py`: two thousand classes with fifty thousand learners."""

from datetime import date, timedelta
from random import Random

from khuyencong.core.dates import today
from khuyencong.core.finding import haystack
from khuyencong.core.text import fold
from khuyencong.people.models import User
from khuyencong.projects.models import Project
from khuyencong.projects.states import COMMITTED
from khuyencong.training.actions.courses import new_secret
from khuyencong.training.models import Course, CourseKind, CourseState, Learner, Session
from tests.performance.lists import LISTED
from tests.performance.page import Page

COURSES, LEARNERS, BATCH = 2_000, 50_000, 2_000
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi")
MIDDLE, GIVEN = ("Văn", "Thị", "Minh", "Thanh"), ("An", "Bình", "Cường", "Dung", "Hạnh", "Khoa", "Lan", "Sơn", "Tâm")


def make_courses(*, seed: int = 9) -> None:
    """Classes of ten years, most of them ended; names and numbers are made up."""
    chance = Random(seed)  # noqa: S311  # made-up data, the same at every run
    user = User.objects.order_by("pk")[0]
    projects = list(Project.objects.filter(state__in=COMMITTED).order_by("pk")[:COURSES])
    courses = []
    for number in range(COURSES):
        on = date(today().year - number % 10, 1, 10) + timedelta(days=chance.randrange(300))
        courses.append(
            Course(
                project=projects[number % len(projects)], kind=CourseKind.values[number % 6], name=f"Lớp đo {number}",
                haystack=haystack(f"Lớp đo {number}"), place_text="Nơi đo", starts_on=on, ends_on=on,
                state=CourseState.DONE if number % 20 else CourseState.RUNNING, secret=new_secret(), created_by=user,
            )
        )  # fmt: skip
    Course.objects.bulk_create(courses, BATCH)
    Session.objects.bulk_create(
        (Session(course=one, held_on=one.starts_on, starts_at="07:30", ends_at="11:00") for one in courses), BATCH
    )
    learners = []
    for number in range(LEARNERS):
        name = f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}"
        learners.append(
            Learner(
                course=courses[number % COURSES], number=number // COURSES + 1, name=name, haystack=haystack(name),
                folded=fold(name), identity_number=f"{100_000_000_000 + number}", source="officer",
                gender=("female", "male", "")[number % 3], minority=(True, False, None)[number % 3],
                birth_year=1960 + number % 45, present=number % 5 and 1,
            )
        )  # fmt: skip
    Learner.objects.bulk_create(learners, BATCH)


PATHS = {
    "Đào tạo, hội nghị": "/dao-tao/",
    "Đào tạo, trang cuối": "/dao-tao/?page=99999",
    "Đào tạo, tìm «lop do 17»": "/dao-tao/?q=lop+do+17",
    "Đào tạo theo loại, mười năm": "/dao-tao/bang/?tu=2016&den=2026",
    "Người học": "/dao-tao/nguoi-hoc/",
    "Người học, tìm «tran thi»": "/dao-tao/nguoi-hoc/?q=tran+thi",
}
TRAINING = [
    Page(f"{what} ({whose})", path, "training.Learner", account, budget_ms=LISTED)
    for what, path in PATHS.items()
    for account, whose in (("chuyenvien.cuc", "cả nước"), ("canbo", "tỉnh"))
]
