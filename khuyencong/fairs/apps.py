from django.apps import AppConfig


class FairsConfig(AppConfig):
    name = "khuyencong.fairs"
    label = "fairs"
    verbose_name = "Hội chợ"

    def ready(self) -> None:
        from khuyencong.fairs.received import booths_received
        from khuyencong.projects.received import further_sources

        if booths_received not in further_sources:
            further_sources.append(booths_received)
