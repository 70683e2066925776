from django import forms
from phonenumber_field.formfields import PhoneNumberField

from allomediateur.web.ui.forms import CardRadios, CodeField, EmailInput, PhoneInput, card


class Visit(forms.Form):
    email = forms.EmailField(label="Adresse e-mail", widget=EmailInput, help_text="Pour confirmer.")
    phone = PhoneNumberField(label="Téléphone", required=False, widget=PhoneInput)
    how = forms.ChoiceField(label="Comment", widget=CardRadios, choices=[("video", card("En visio", "<b>"))])


def test_a_field_ties_its_label_hint_and_error_to_its_input() -> None:
    html = str(Visit({"email": "alice@"}))
    assert '<label for="id_email">Adresse e-mail</label>' in html
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'id="id_email_helptext"' in html
    assert 'id="id_email_error"' in html
    assert 'autocomplete="email"' in html


def test_an_optional_field_says_so() -> None:
    assert "(facultatif)" in str(Visit()["phone"].as_field_group())
    assert "(facultatif)" not in str(Visit()["email"].as_field_group())


def test_radios_are_cards_in_a_fieldset_and_their_notes_are_escaped() -> None:
    html = str(Visit()["how"].as_field_group())
    assert "<legend>Comment" in html
    assert 'class="choice choice-card" for="id_how_0"' in html
    assert "&lt;b&gt;" in html


def test_phones_come_with_spaces_and_are_shown_the_national_way() -> None:
    form = Visit({"email": "a@b.fr", "phone": "06.12 34-56 78", "how": "video"})
    assert form.is_valid(), form.errors
    assert str(form.cleaned_data["phone"]) == "+33612345678"
    shown = Visit(initial={"phone": form.cleaned_data["phone"]})
    assert 'value="06 12 34 56 78"' in str(shown["phone"])


def test_a_code_is_pasted_with_its_spaces() -> None:
    assert CodeField().clean(" 123 456 ") == "123456"
