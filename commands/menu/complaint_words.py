"""Words of `sapha complaint`."""

from commands.framework.kinds import FILE, FLAG, NUMBER
from commands.framework.words import Word

WORDS = {
    "--template": Word("Code of the template: police-report, city-service."),
    "--category": Word("Code of the category: road, theft, ..."),
    "--area": Word("A coarse area, such as bkk-bangrak; it is public."),
    "--field": Word("A field of the form as code=text; give all required."),
    "--attach": Word("A file, up to seven.", FILE),
    "--receipt-out": Word("Write the receipt's words to a new file.", FILE),
    "--sid": Word("The subject of identity that the key is of, in hex."),
    "--receipt": Word("File with the 12 words; - asks for them.", FILE, env="SAPHA_RECEIPT"),
    "--as": Word("The agency that the account acts for.", name="agency", env="SAPHA_AGENCY"),
    "--reading-key": Word("File of the agency's reading key.", FILE, env="SAPHA_READING_KEY"),
    "case": Word("Id of the case, 0x and 32 hex digits."),
    "--text": Word("A text; - reads standard input."),
    "to": Word("Id of an agency, such as khet-bangrak."),
    "--reason": Word("Why, in a-z, 0-9 and hyphens."),
    "--lang": Word("th or en.", choices=("th", "en")),
    "--out": Word("Folder to write the files to.", FILE),
    "--exact": Word("Show all counts; for supervisors only.", FLAG),
    "--small-count": Word("Counts below it are hidden.", NUMBER, low=2, high=1000),
}
