from django.db import migrations

from khuyencong.core.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_search")]

    operations = [AppendOnly("PaperComment"), AppendOnly("ProjectVersion")]
