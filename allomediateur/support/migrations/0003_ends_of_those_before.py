from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0002_ends_and_appointments'),
    ]

    operations = [
        migrations.RunSQL(
            [
                "UPDATE support_door SET expires_at = expires_at + interval '90 days'",
                "UPDATE support_thread SET closed_at = last_at WHERE state = 'closed' AND closed_at IS NULL",
            ],
            migrations.RunSQL.noop,
        ),
    ]
