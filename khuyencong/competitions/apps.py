from django.apps import AppConfig


class CompetitionsConfig(AppConfig):
    name = "khuyencong.competitions"
    label = "competitions"
    verbose_name = "Bình chọn"

    def ready(self) -> None:
        from khuyencong.competitions.outcome.prizes import prizes_of
        from khuyencong.finance.used import sources

        if prizes_of not in sources:
            sources.append(prizes_of)
