from django.apps import AppConfig


class CollaboratorsConfig(AppConfig):
    name = "khuyencong.collaborators"
    label = "collaborators"
    verbose_name = "Cộng tác viên"

    def ready(self) -> None:
        from khuyencong.collaborators.queries import lists_of_posting
        from khuyencong.finance.used import sources

        if lists_of_posting not in sources:
            sources.append(lists_of_posting)
