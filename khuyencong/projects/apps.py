from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "khuyencong.projects"
    label = "projects"
    verbose_name = "Đề án"

    def ready(self) -> None:
        from khuyencong.projects import listeners

        listeners.connect()
