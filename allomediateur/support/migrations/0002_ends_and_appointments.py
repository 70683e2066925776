from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0001_threads'),
    ]

    operations = [
        migrations.AddField(
            model_name='thread',
            name='appointment',
            field=models.CharField(blank=True, db_default='', max_length=22),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='thread',
            name='closed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RenameField(
            model_name='door',
            old_name='made_at',
            new_name='expires_at',
        ),
        migrations.AlterField(
            model_name='canned',
            name='text_fr',
            field=models.TextField(max_length=5000, verbose_name='texte français'),
        ),
        migrations.AlterField(
            model_name='canned',
            name='text_en',
            field=models.TextField(blank=True, max_length=5000, verbose_name='texte anglais'),
        ),
    ]
