from django.db import models


class Setting(models.Model):
    """One value set by staff instead of the installation's; without a row, the installation's holds."""

    key = models.CharField(primary_key=True, max_length=40)
    value = models.TextField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key}: {self.value[:40]}"


class LetterWords(models.Model):
    """The subject of a kind of letter in a language, and a word added at its end; empty: the platform's own."""

    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=150, blank=True)
    note = models.TextField(blank=True, max_length=1000)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "language"], name="letter_words_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"
