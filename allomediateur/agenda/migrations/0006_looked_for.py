from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from allomediateur.accounts.names import Words


class Migration(migrations.Migration):
    dependencies = [("agenda", "0005_postal_addresses")]

    operations = [
        migrations.AddIndex("appointment", models.Index(fields=["starts_at", "id"], name="appointment_start")),
        migrations.AddIndex("participant", GinIndex(Words("name"), name="participant_words")),
        migrations.AddIndex("participant", models.Index(fields=["email"], name="participant_email")),
        migrations.AddIndex("participant", models.Index(fields=["phone"], name="participant_phone")),
    ]
