from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from khuyencong.core.search_index import IndexOn, Trigrams


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [
        Trigrams(),
        IndexOn(
            "postgresql",
            "Project",
            GinIndex(fields=["haystack"], opclasses=["gin_trgm_ops"], name="project_trigrams"),
        ),
        IndexOn(
            "sqlite",
            "Project",
            models.Index(
                fields=["-year", "-id", "haystack", "province", "implementing_unit"],
                name="project_search",
            ),
        ),
        IndexOn(
            "postgresql",
            "EstimateLine",
            GinIndex(fields=["haystack"], opclasses=["gin_trgm_ops"], name="estimate_line_trigrams"),
        ),
        IndexOn(
            "sqlite",
            "EstimateLine",
            models.Index(fields=["haystack", "project"], name="estimate_line_search"),
        ),
    ]
