from django.db import migrations

from khuyencong.core.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0001_initial")]

    operations = [AppendOnly("Remark"), AppendOnly("CouncilSheet"), AppendOnly("SheetPoint")]
