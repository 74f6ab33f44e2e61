from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "khuyencong.projects"
    label = "projects"
    verbose_name = "Đề án"

    def ready(self) -> None:
        from khuyencong.projects import listeners, states, versions

        listeners.connect()
        if versions.freeze_on_step not in states.followers:
            states.followers.append(versions.freeze_on_step)
