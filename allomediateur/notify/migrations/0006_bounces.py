
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0005_texts'),
    ]

    operations = [
        migrations.AddField(
            model_name='letter',
            name='bounce_reason',
            field=models.CharField(blank=True, db_default='', max_length=300, verbose_name='motif du retour'),
        ),
        migrations.AddField(
            model_name='letter',
            name='bounce_status',
            field=models.CharField(blank=True, db_default='', max_length=11, verbose_name='code du retour'),
        ),
        migrations.AddField(
            model_name='letter',
            name='bounced_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='revenue le'),
        ),
        migrations.AddField(
            model_name='letter',
            name='dealt_with_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='réglée le'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(condition=models.Q(('dealt_with_at__isnull', True), models.Q(('bounced_at__isnull', False), models.Q(('parked_at__isnull', False), ('sent_at__isnull', True)), _connector='OR')), fields=['id'], name='letter_undelivered'),
        ),
    ]
