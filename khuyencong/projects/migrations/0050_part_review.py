from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

import khuyencong.core.fields
from khuyencong.core.search_index import IndexOn


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_search")]

    operations = [
        migrations.AddField(
            model_name="estimateline",
            name="haystack",
            field=khuyencong.core.fields.HaystackField(default="", editable=False, of="content"),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["activity", "sector", "year"], name="project_by_activity"),
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
