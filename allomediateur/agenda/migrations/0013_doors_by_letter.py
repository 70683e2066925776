from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0012_telling"),
    ]

    operations = [
        migrations.AddField(
            model_name="accesslink",
            name="by_letter",
            field=models.BooleanField(db_default=True, default=True, editable=False),
        ),
    ]
