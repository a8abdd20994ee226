"""What a domain's DNS says of emails that claim to come from it. Imports no Odoo."""


def find_spf(texts):
    """Return the SPF records among the TXT records of a domain.

    >>> find_spf(["v=spf1 mx -all", "v=spf10", "V=SPF1", "google-site-verification=x"])
    ['v=spf1 mx -all', 'V=SPF1']
    """
    return [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]


def allows_nobody(spf):
    """Return whether an SPF record says that nobody sends emails from a domain.

    >>> allows_nobody("v=spf1 -all"), allows_nobody("v=spf1 mx -all"), allows_nobody("v=spf1 ~all")
    (True, False, True)
    """
    return spf.lower().split()[1:] in (["-all"], ["~all"])


def find_dmarc(texts):
    """Return the DMARC policies among the TXT records of ``_dmarc`` below a domain.

    >>> find_dmarc(["v=DMARC1; p=none", "v=DMARC12", "v=spf1 -all"])
    ['v=DMARC1; p=none']
    """
    return [text for text in texts if text.split(";")[0].strip().lower() == "v=dmarc1"]


def get_policy_domains(domain):
    """Return the domains whose DMARC policy may hold for a domain: itself and those above it.

    >>> get_policy_domains("mail.shop.example.com")
    ['mail.shop.example.com', 'shop.example.com', 'example.com']
    >>> get_policy_domains("localhost")
    ['localhost']
    """
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]
