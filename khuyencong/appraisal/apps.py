from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "khuyencong.appraisal"
    label = "appraisal"
    verbose_name = "Thẩm định"

    def ready(self) -> None:
        from khuyencong.appraisal.rules import completion_findings
        from khuyencong.projects.rules import further_checks

        further_checks.append(completion_findings)
