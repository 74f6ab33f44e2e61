from django.apps import AppConfig


class CombiningConfig(AppConfig):
    name = "khuyencong.combining"
    label = "combining"
    verbose_name = "Lồng ghép"

    def ready(self) -> None:
        from khuyencong.combining.rules import combining_findings
        from khuyencong.projects.rules import further_checks

        further_checks.append(combining_findings)
