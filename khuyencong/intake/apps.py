"""What this room asks of the rooms below it, once, when Django starts."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The counter where owners come: their registrations and requests."""

    name = "khuyencong.intake"
    verbose_name = "Tiếp nhận"

    def ready(self) -> None:
        """Owners follow the đề án made from their requests, and who waits to be let in is told so."""
        from khuyencong.intake.tell import follow_project
        from khuyencong.intake.waiting import waiting_page
        from khuyencong.people import web
        from khuyencong.projects import states

        if follow_project not in states.followers:
            states.followers.append(follow_project)
        if waiting_page not in web.pages_without_role:
            web.pages_without_role.append(waiting_page)
