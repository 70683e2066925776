
import uuid

import phonenumber_field.modelfields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0004_letters_by_address'),
    ]

    operations = [
        migrations.CreateModel(
            name='TextMonth',
            fields=[
                ('month', models.CharField(max_length=7, primary_key=True, serialize=False, verbose_name='mois')),
                ('parts', models.PositiveIntegerField(db_default=0, default=0, verbose_name='parties')),
            ],
        ),
        migrations.CreateModel(
            name='Text',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='repère')),
                ('kind', models.CharField(max_length=40, verbose_name='genre')),
                ('topic', models.CharField(blank=True, db_index=True, max_length=80, verbose_name='sujet interne')),
                ('to', phonenumber_field.modelfields.PhoneNumberField(max_length=128, region=None, verbose_name='destinataire')),
                ('language', models.CharField(max_length=2, verbose_name='langue')),
                ('body', models.TextField(verbose_name='texte')),
                ('parts', models.PositiveSmallIntegerField(verbose_name='parties')),
                ('created_at', models.DateTimeField(verbose_name='écrit le')),
                ('next_attempt_at', models.DateTimeField(verbose_name='prochain essai')),
                ('useless_at', models.DateTimeField(verbose_name='inutile à partir du')),
                ('attempts', models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='essais')),
                ('last_error', models.CharField(blank=True, db_default='', max_length=300, verbose_name='dernière erreur')),
                ('asked_at', models.DateTimeField(blank=True, null=True, verbose_name='demandé le')),
                ('provider_id', models.CharField(blank=True, db_default='', max_length=80, verbose_name='nom chez l’opérateur')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='envoyé le')),
                ('parked_at', models.DateTimeField(blank=True, null=True, verbose_name='mis de côté le')),
                ('forgotten_once_sent', models.BooleanField(db_default=False, default=False, editable=False)),
            ],
            options={
                'verbose_name': 'SMS',
                'verbose_name_plural': 'SMS',
                'ordering': ('-id',),
                'indexes': [models.Index(condition=models.Q(('parked_at__isnull', True), ('sent_at__isnull', True)), fields=['next_attempt_at'], name='text_due'), models.Index(fields=['to'], name='text_to'), models.Index(fields=['created_at'], name='text_written')],
                'constraints': [models.CheckConstraint(condition=models.Q(('parts__gte', 1)), name='text_of_some_parts')],
            },
        ),
    ]
