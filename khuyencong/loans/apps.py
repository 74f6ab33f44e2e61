from django.apps import AppConfig


class LoansConfig(AppConfig):
    name = "khuyencong.loans"
    label = "loans"
    verbose_name = "Lãi vay"

    def ready(self) -> None:
        from khuyencong.loans.parts import PARTS
        from khuyencong.loans.reckoning import loan_findings
        from khuyencong.projects.rules import further_checks
        from khuyencong.projects.versions import further_parts

        further_checks.append(loan_findings)
        further_parts.extend(PARTS)
