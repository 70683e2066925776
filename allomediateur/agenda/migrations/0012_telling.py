
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agenda', '0011_told_by_agents'),
        ('directory', '0011_practices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Telling',
            fields=[
                ('mediator', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='directory.mediator', verbose_name='médiateur')),
                ('mode', models.CharField(choices=[('each', 'Une lettre à chaque rendez-vous'), ('digest', 'Un récapitulatif par jour')], db_default='each', default='each', max_length=6, verbose_name='comment')),
                ('minute', models.PositiveSmallIntegerField(db_default=1080, default=1080, verbose_name='minute du jour')),
                ('next_at', models.DateTimeField(blank=True, null=True, verbose_name='prochain récapitulatif')),
            ],
            options={
                'verbose_name': 'avis à un médiateur',
                'verbose_name_plural': 'avis aux médiateurs',
                'indexes': [models.Index(condition=models.Q(('mode', 'digest')), fields=['next_at'], name='telling_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('minute__lt', 1440)), name='telling_minute_of_a_day'), models.CheckConstraint(condition=models.Q(('mode', 'each'), ('next_at__isnull', False), _connector='OR'), name='telling_digest_has_its_hour')],
            },
        ),
        migrations.CreateModel(
            name='Untold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('confirmed', 'nouveau'), ('moved', 'déplacé'), ('cancelled', 'annulé')], max_length=9, verbose_name='genre')),
                ('former', models.DateTimeField(blank=True, null=True, verbose_name='ancien début')),
                ('by_mediator', models.BooleanField(db_default=False, default=False, verbose_name='par le médiateur')),
                ('at', models.DateTimeField(verbose_name='le')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='untold', to='agenda.appointment', verbose_name='rendez-vous')),
            ],
            options={
                'verbose_name': 'avis en attente',
                'verbose_name_plural': 'avis en attente',
                'ordering': ('id',),
            },
        ),
    ]
