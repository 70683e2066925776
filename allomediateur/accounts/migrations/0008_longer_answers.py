from django.db import migrations, models


class Migration(migrations.Migration):
    """The API's answers are kept sealed, whole."""

    dependencies = [("accounts", "0007_looked_for_by_name")]

    operations = [
        migrations.AlterField(model_name="idempotencykey", name="answer", field=models.TextField(blank=True)),
    ]
