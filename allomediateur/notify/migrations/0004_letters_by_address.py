from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0003_paper_letters")]

    operations = [migrations.AddIndex("letter", models.Index(fields=["to"], name="letter_to"))]
