from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agenda", "0004_entitled_until")]

    operations = [
        migrations.AddField(
            model_name="participant",
            name="postal_address",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="adresse postale"),
        ),
    ]
