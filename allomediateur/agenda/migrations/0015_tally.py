import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0014_listing"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sheet", models.IntegerField()),
                ("zoom", models.IntegerField()),
                ("col", models.IntegerField()),
                ("row", models.IntegerField()),
                ("people", models.IntegerField()),
                ("level", models.IntegerField()),
                ("soon", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("level_soon", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("x", models.FloatField()),
                ("y", models.FloatField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "zoom", "col", "row"), name="tally_one_square")
                ],
            },
        ),
    ]
