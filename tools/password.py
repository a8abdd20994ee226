"""Tell a usable password from one that is guessed first. Imports no Odoo.

No rule asks for capitals, digits or signs: length is what counts, and that the password is
not among those that everybody tries. What a guesser tries first is a well-known word with
digits around it, a row of keys, a sequence, a repetition, or what they know of the person.

The library ``zxcvbn`` knows thousands of common passwords, names and words more, and is asked
too where it is installed. It is optional: the rules here need nothing but Python.
"""

import re
import unicodedata

try:
    from zxcvbn import zxcvbn
except ImportError:
    zxcvbn = None

MIN_LENGTH = 12
MAX_LENGTH = 128
# Longer passwords zxcvbn isn't asked about: its time grows with the square of the length.
LONGEST_ASKED = 40

# Keys next to each other, as a finger runs over them; each also backwards.
ROWS = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm",
    "wxcvbn", "1234567890", "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm", "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p",
    "a1b2c3d4e5f6g7h8i9j0", "1a2b3c4d5e6f7g8h9i0j",
)  # fmt: skip

# Words that stand in many a password because it is one, or because of who asks for it.
_WORDS = """
access account accounting admin administrator america angel apple asshole august autumn
azerty baby bank banana baseball basketball batman beautiful bill bonjour bonus business
butterfly buster change changeme charlie cheese chocolate company computer contrasena
contrasenya cookie customer dear december default demo diamond dragon dummy enter facebook
family flower football forever freedom friday friend friends geheim gizli godzilla google
guest hallo hannah hello hesla heslo hola holiday hunter iloveyou internet invoice january
jennifer jesus jordan july june justin killer kennwort letmein liverpool login london love
lovely loveme lucky maggie manager march master matrix maverick merlin michael microsoft
mine monday money monkey mother motdepasse mustang mypass mypassword nicole ninja november
october office open parola parol parool pass passe passme password passw0rd passwort pepper
pokemon please portal princess private purple qwerty qwertz robert root samsung saturday
secret secure senha september server shadow sifre simple soccer sommer spring starwars
sterne summer sunday sunshine superman superuser system takemein temp temporary test
tester testing thomas tigger trustno trustme user username wachtwoord welcome whatever
willkommen winter wordpass world zaqwsx
"""
WORDS = frozenset(re.findall(r"\w+", _WORDS))

# What people put for a letter, and take for cunning.
_LETTERS = str.maketrans("0134578@$!|+", "oieastbasiit")


def normalise_password(password):
    """Return a password as it is compared, however the keyboard composed its characters.

    Spaces around it are a slip of copying, and Odoo drops them as well.

    >>> normalise_password(" ﬁve kilometres ①") == "five kilometres 1"
    True
    """
    return unicodedata.normalize("NFKC", password or "").strip()


def find_weakness(password, known=()):
    """Return why a password is not to be used, or ``None``.

    :param str password: as :func:`normalise_password` returns it
    :param known: texts that a guesser may know: name, email address, company of the person
    :return: "short", "long", "control", "repeated", "sequence", "common" or "personal"

    >>> find_weakness("elf of a bus"), find_weakness("short one")
    (None, 'short')
    >>> find_weakness("x" * 129), find_weakness("with a \\x00 in it")
    ('long', 'control')
    >>> [find_weakness(text) for text in ("a" * 12, "abc" * 4, "1212121212122")]
    ['repeated', 'repeated', 'repeated']
    >>> [find_weakness(text) for text in ("123456789012", "qwertyuiop12", "zyxwvutsrqpo")]
    ['sequence', 'sequence', 'sequence']
    >>> [find_weakness(text) for text in ("Password1234", "P@ssw0rd2026!", "letmein-letmein-1")]
    ['common', 'common', 'common']
    >>> [find_weakness(text, ["Ada Harbour"]) for text in ("AdaHarbour1985", "1-harbour-harbour")]
    ['personal', 'personal']
    >>> find_weakness("ada@harbour.example", ["ada@harbour.example"])
    'personal'
    >>> find_weakness("seven ships in a harbour", ["Ada Harbour"]) is None
    True
    >>> find_weakness("пятнадцать человек"), find_weakness("correct horse battery staple")
    (None, None)
    >>> find_weakness("leavemealone")  # with zxcvbn
    'common'
    """
    if len(password) < MIN_LENGTH:
        return "short"
    if len(password) > MAX_LENGTH:
        return "long"
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in password):
        return "control"
    plain = password.casefold()
    if _is_repeated(plain):
        return "repeated"
    if _rest_after_runs(plain) < MIN_LENGTH // 2:
        return "sequence"
    if _is_made_of(plain, WORDS):
        return "common"
    if _is_made_of(plain, _words_of(known) | WORDS):
        return "personal"
    return "common" if _is_guessed_soon(password) else None


def _is_guessed_soon(password):
    """Tell whether ``zxcvbn`` needs fewer than 10^8 guesses: its scores 0 to 2.

    >>> _is_guessed_soon("justinbieber1"), _is_guessed_soon("three kettles boil")
    (True, False)
    """
    is_asked = zxcvbn is not None and len(password) <= LONGEST_ASKED
    return is_asked and zxcvbn(password)["score"] < 3


def _is_repeated(text):
    """Tell whether a text is few characters, or a short piece again and again.

    >>> _is_repeated("ababababab!!"), _is_repeated("an ordinary text")
    (True, False)
    """
    if len(set(text)) < 5:
        return True
    return any(text in (text[:size] * len(text))[: len(text)] for size in range(1, 5))


def _rest_after_runs(text):
    """Count the characters that belong to no run of keys or of the alphabet.

    >>> _rest_after_runs("qwertyuiop!!"), _rest_after_runs("no runs in here")
    (2, 15)
    """
    for run in _RUNS:
        text = run.sub("", text)
    return len(text)


def _run_pattern(run):
    """Return a pattern for four characters or more that follow each other in ``run``.

    >>> re.sub(_run_pattern("abcdefgh"), "-", "xbcdefy abc")
    'x-y abc'
    """
    starts = range(len(run) - 3)
    return "|".join(re.escape(run[at : at + 4]) + _optional(run[at + 4 :]) for at in starts)


def _optional(text):
    """Return a pattern for as much of a text as follows.

    >>> _optional("ab")
    '(?:a(?:b)?)?'
    """
    pattern = ""
    for char in reversed(text):
        pattern = f"(?:{re.escape(char)}{pattern})?"
    return pattern


_RUNS = [
    re.compile(_run_pattern(run))
    for row in sorted(ROWS, key=len, reverse=True)
    for run in (row * 2, row[::-1] * 2)
]


def _is_made_of(text, words):
    """Tell whether nothing of weight is left of a text without these words, digits and signs.

    >>> _is_made_of("p@ssw0rd 2026", {"password"}), _is_made_of("passing words", {"password"})
    (True, False)
    """
    for candidate in (text, text.translate(_LETTERS)):
        letters = re.sub(r"[\W\d_]+", "", candidate)
        rest = letters
        for word in sorted(words, key=len, reverse=True):
            if len(word) >= 3:
                rest = rest.replace(word, "")
        # Without any letter it is a number, such as a telephone's.
        if len(rest) < 4 and (rest != letters or not letters):
            return True
    return False


def _words_of(texts):
    """Return the words that stand in texts, and those glued together.

    >>> sorted(_words_of(["Ada Harbour", None, "ada@harbour.example"]))
    ['ada', 'adaharbour', 'adaharbourexample', 'example', 'harbour']
    """
    words = set()
    for text in texts:
        parts = [part for part in re.split(r"[\W\d_]+", (text or "").casefold()) if part]
        words.update(part for part in parts if len(part) >= 3)
        words.add("".join(parts))
    return words - {""}
