"""Phone number of a contact method, as E.164; what is no number is refused here."""

from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

LONGEST: Final = 40  # characters as people write it, with blanks and brackets


def _phone_number(text: str) -> str:
    # Its tables of numbers are read by whoever meets a number, not by every command.
    import phonenumbers as numbers  # noqa: PLC0415

    if not text.lstrip().startswith("+"):
        raise ValueError("write the number with + and the country's code: +46 70 123 45 67")
    try:
        number = numbers.parse(text)
    except numbers.NumberParseException as fault:
        if fault.error_type == numbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise ValueError("no country has this code: write +, then the country's code") from None
        raise ValueError("write one phone number and nothing else: +46 70 123 45 67") from None
    if number.extension:
        raise ValueError("leave the extension out: nobody dials it")
    possible = numbers.is_possible_number_with_reason(number)
    if possible == numbers.ValidationResult.TOO_SHORT:
        raise ValueError("the number is too short for its country")
    if possible == numbers.ValidationResult.TOO_LONG:
        raise ValueError("the number is too long for its country")
    if not numbers.is_valid_number(number):
        raise ValueError("there is no such number in its country: look at its digits again")
    if numbers.number_type(number) == numbers.PhoneNumberType.PREMIUM_RATE:
        raise ValueError("this is a premium rate number: write a person's own")
    return numbers.format_number(number, numbers.PhoneNumberFormat.E164)


type PhoneNumber = Annotated[
    str,
    StringConstraints(max_length=LONGEST),
    AfterValidator(_phone_number),
]
