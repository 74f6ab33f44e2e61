from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "khuyencong.reporting"
    label = "reporting"
    verbose_name = "Kết quả"

    def ready(self) -> None:
        from khuyencong.effects.published import sources
        from khuyencong.reporting.effects import published_effects

        if published_effects not in sources:
            sources.append(published_effects)
