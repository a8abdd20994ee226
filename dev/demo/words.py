"""What the demo company writes to its customers, in their languages."""

LANGUAGES = ("de_DE", "fr_FR", "es_ES", "nl_NL", "ar_001")

# English first, then as in LANGUAGES.
TEXTS = (
    ("VAT", "USt.", "TVA", "IVA", "Btw", "ضريبة القيمة المضافة"),
    ("VAT 19%", "USt. 19 %", "TVA 19 %", "IVA 19 %", "Btw 19%", "ضريبة القيمة المضافة 19%"),
    ("VAT 7%", "USt. 7 %", "TVA 7 %", "IVA 7 %", "Btw 7%", "ضريبة القيمة المضافة 7%"),
    (
        "Payment terms: 30 Days", "Zahlbar innerhalb von 30 Tagen", "Paiement à 30 jours",
        "Pago a 30 días", "Betaling binnen 30 dagen", "شروط الدفع: 30 يوماً",
    ),
    (
        "Thank you for working with us.", "Vielen Dank für die Zusammenarbeit.",
        "Merci de votre confiance.", "Gracias por trabajar con nosotros.",
        "Bedankt voor de samenwerking.", "شكراً لتعاملكم معنا.",
    ),
    (
        "Brand workshop, one day", "Markenworkshop, ein Tag", "Atelier de marque, un jour",
        "Taller de marca, un día", "Merkworkshop, één dag", "ورشة عمل للعلامة التجارية، يوم واحد",
    ),
    (
        "Logo design, three drafts", "Logo, drei Entwürfe", "Création de logo, trois esquisses",
        "Diseño de logotipo, tres bocetos", "Logo-ontwerp, drie schetsen",
        "تصميم شعار، ثلاث مسودات",
    ),
    (
        "Stationery set", "Geschäftsausstattung", "Papeterie d’entreprise", "Papelería corporativa",
        "Huisstijldrukwerk", "مطبوعات مكتبية",
    ),
    (
        "Stationery set, returned", "Geschäftsausstattung, Rückgabe", "Papeterie, retour",
        "Papelería, devolución", "Huisstijldrukwerk, retour", "مطبوعات مكتبية، مرتجع",
    ),
    (
        "Photo retouching, per picture", "Bildbearbeitung, je Bild", "Retouche photo, par image",
        "Retoque fotográfico, por imagen", "Fotobewerking, per foto", "تنقيح الصور، لكل صورة",
    ),
    (
        "Photo retouching", "Bildbearbeitung", "Retouche photo", "Retoque fotográfico",
        "Fotobewerking", "تنقيح الصور",
    ),
    (
        "Website page design", "Gestaltung einer Webseite", "Maquette de page web",
        "Diseño de página web", "Ontwerp van een webpagina", "تصميم صفحة ويب",
    ),
    (
        "Signage artwork", "Druckvorlage für Schilder", "Maquette de signalétique",
        "Diseño de rótulos", "Ontwerp voor borden", "تصميم لافتات",
    ),
    (
        "Printed guide, 50 copies", "Gedruckter Leitfaden, 50 Stück",
        "Guide imprimé, 50 exemplaires", "Guía impresa, 50 ejemplares", "Gedrukte gids, 50 stuks",
        "دليل مطبوع، 50 نسخة",
    ),
    (
        "Brand identity", "Markenauftritt", "Identité visuelle", "Identidad de marca", "Huisstijl",
        "تصميم هوية بصرية",
    ),
    ("Phase", "Phase", "Phase", "Fase", "Fase", "المرحلة"),
    (
        "As agreed in our last meeting.", "Wie bei unserem letzten Treffen besprochen.",
        "Comme convenu lors de notre dernière réunion.", "Según lo acordado en la última reunión.",
        "Zoals besproken in ons laatste overleg.", "كما اتفقنا في اجتماعنا الأخير.",
    ),
)  # fmt: skip
IN = {text[0]: dict(zip(LANGUAGES, text[1:], strict=True)) for text in TEXTS}


def say(text: str, language: str) -> str:
    """Return a text, and what follows it, in a language; in English where we have no other."""
    known = max((one for one in IN if text.startswith(one)), key=len, default="")
    return IN.get(known, {}).get(language, known) + text.removeprefix(known)


def translate(records, name: str) -> None:
    """Give a translated field of records, whose text is English, the other languages.

    A field of HTML is translated term by term, any other as a whole; a term has its tags.
    """
    by_term = callable(records._fields[name].translate)
    for record in records:
        english = record.with_context(lang="en_US")[name]
        for text, translations in IN.items():
            if text == english or (by_term and f">{text}<" in english):
                record.update_field_translations(
                    name,
                    {
                        language: (
                            {english: english.replace(text, translation)}
                            if by_term
                            else translation
                        )
                        for language, translation in translations.items()
                    },
                )
