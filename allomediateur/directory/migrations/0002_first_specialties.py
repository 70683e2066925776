"""The specialties to start with; staff change them in the admin."""

from django.db import migrations

FIRST = (
    ("famille", "Famille", "Family"),
    ("succession", "Succession", "Inheritance"),
    ("voisinage", "Voisinage", "Neighbours"),
    ("copropriete-et-logement", "Copropriété et logement", "Co-ownership and housing"),
    ("travail-et-entreprise", "Travail et entreprise", "Work and company"),
    ("associes", "Associés", "Business partners"),
    ("commercial", "Commercial", "Trade"),
    ("administration", "Administration", "Public administration"),
    ("sante-et-social", "Santé et social", "Health and social care"),
    ("education", "Éducation", "Education"),
    ("associations", "Associations", "Associations"),
    ("numerique-et-reputation", "Numérique et réputation", "Digital life and reputation"),
    ("projet-relationnel", "Projet relationnel", "Relational project"),
)


def add(apps, schema_editor):
    Specialty = apps.get_model("directory", "Specialty")
    for rank, (slug, label_fr, label_en) in enumerate(FIRST):
        Specialty.objects.get_or_create(slug=slug, defaults={"label_fr": label_fr, "label_en": label_en, "rank": rank})


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
