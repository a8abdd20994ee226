"""L7: who stands behind a request, by a table of what gateways, previews and people do.

Each line is one request as the server meets it. The agents are those that the programs are
known by; where a gateway hides behind a browser's, time and network have to tell.
"""

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.verdict import (
    DOWNLOAD,
    FETCH,
    GESTURE,
    PERSON,
    PRESS,
    SCANNER,
    SIGNAL,
    STAFF,
    UNKNOWN,
    WINDOW,
    Hit,
    Row,
    get_window,
    judge,
    needs_record,
    read_record,
)

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = f"{WINDOWS} Chrome/140.0.0.0 Safari/537.36"
EDGE = f"{CHROME} Edg/140.0.0.0"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {APPLE} Safari/604.1"
MAC = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/18.6 Safari/605.1.15"
GMAIL_APP = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {APPLE} GSA/385.0"
CUBOT = "Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 30) Chrome/140.0 Safari/537.36"
MINUTE = 60

# what happens, the hit, the verdict and its reason
CASES = [
    # === Gateways and previews that say their name === #
    ("Microsoft's preview", Hit(agent=f"{WINDOWS} Chrome/130 Safari/537.36 BingPreview/1.0b"),
     SCANNER, "named_scanner"),
    ("a customer who signed in", Hit("POST", WINDOWS, SIGNAL, customer=True),
     PERSON, "customer_signed_in"),
    ("Proofpoint", Hit(agent="Mozilla/5.0 (compatible; Proofpoint-URLDefense/1.0)"),
     SCANNER, "named_scanner"),
    ("Proofpoint acts on the page",
     Hit("POST", "Mozilla/5.0 Proofpoint-URLDefense", SIGNAL, age=900), SCANNER, "named_scanner"),
    ("Mimecast", Hit(agent="Mozilla/5.0 (compatible; Mimecast URL Protect)"),
     SCANNER, "named_scanner"),
    ("Barracuda", Hit(agent="BarracudaCentral.org link check"), SCANNER, "named_scanner"),
    ("Google's image proxy", Hit(agent="Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0"
                                       " (via ggpht.com GoogleImageProxy)", age=900),
     SCANNER, "named_scanner"),
    ("Yahoo's image proxy", Hit(agent="YahooMailProxy; https://help.yahoo.com"),
     SCANNER, "named_scanner"),
    ("Slack unfolds a link", Hit(agent="Slackbot-LinkExpanding 1.0 (+https://api.slack.com)"),
     SCANNER, "named_scanner"),
    ("WhatsApp draws a preview", Hit(agent="WhatsApp/2.24.13.77 A"), SCANNER, "named_scanner"),
    ("Teams draws a preview", Hit(agent="Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview"
                                        " Preview/0.5 skype-url-preview@microsoft.com", age=9000),
     SCANNER, "named_scanner"),
    ("iMessage draws a preview", Hit(agent=f"{MAC} facebookexternalhit/1.1 Facebot Twitterbot/1.0"),
     SCANNER, "named_scanner"),
    ("Outlook looks whether a link exists", Hit("HEAD", "Microsoft Office Existence Discovery"),
     SCANNER, "named_scanner"),
    ("Word opens a link itself", Hit(agent="Mozilla/4.0 (compatible; ms-office; MSOffice 16)"),
     SCANNER, "named_scanner"),
    ("a search engine", Hit(agent="Mozilla/5.0 (compatible; bingbot/2.0)"),
     SCANNER, "named_scanner"),

    # === Gateways with a browser's agent: Safe Links, Mimecast, Barracuda, sandboxes === #
    ("Safe Links fetches on delivery", Hit(agent=EDGE, age=1), SCANNER, "too_soon"),
    ("plain Chrome, 3 seconds after delivery", Hit(agent=CHROME, age=3), SCANNER, "too_soon"),
    ("Safe Links looks again with many mailboxes' links", Hit(agent=EDGE, age=90, others=6),
     SCANNER, "burst"),
    ("a gateway with two mailboxes' links", Hit(agent=CHROME, age=20, others=1), SCANNER, "burst"),
    ("a gateway's cloud from two networks", Hit(agent=CHROME, age=12, networks=2),
     SCANNER, "networks"),
    ("HEAD, whatever the agent", Hit("HEAD", CHROME, age=900), SCANNER, "headers_only"),
    ("GET after HEAD", Hit(agent=CHROME, age=40, probed=True), SCANNER, "probed"),
    ("link, page and PDF within a second", Hit("GET", CHROME, DOWNLOAD, age=45, since_opened=0),
     SCANNER, "rushed"),
    ("the same an hour later", Hit("GET", CHROME, DOWNLOAD, age=3600, since_opened=1),
     SCANNER, "rushed"),
    ("PDF right after delivery", Hit("GET", CHROME, DOWNLOAD, age=4), SCANNER, "too_soon"),
    ("a sandbox poses as an old Windows",
     Hit(agent="Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)", age=900), SCANNER, "antique"),
    ("a sandbox that cannot be told yet", Hit(agent=CHROME, age=45), UNKNOWN, "fetched"),

    # === Browsers without people === #
    ("headless Chrome runs the page's script",
     Hit("POST", f"{WINDOWS} HeadlessChrome/140.0.0.0 Safari/537.36", SIGNAL, age=2),
     SCANNER, "driven"),
    ("the same under Chrome's own name", Hit("POST", CHROME, SIGNAL, age=2), SCANNER, "too_soon"),
    ("the same, later, with other links", Hit("POST", CHROME, SIGNAL, age=8, others=1),
     SCANNER, "burst"),
    ("a gateway runs the script from another network than it fetched from",
     Hit("POST", CHROME, SIGNAL, age=7, networks=2), SCANNER, "networks"),
    ("a gateway asks for headers, then runs the script",
     Hit("POST", CHROME, SIGNAL, age=7, probed=True), SCANNER, "probed"),
    ("a touch before anybody can have clicked", Hit("POST", IPHONE, GESTURE, age=2),
     SCANNER, "too_soon"),
    ("a touch on one of many mailboxes' links", Hit("POST", CHROME, GESTURE, age=8, others=1),
     SCANNER, "burst"),
    ("a program says it touched the page", Hit("POST", "curl/8.5.0", GESTURE, age=900),
     SCANNER, "program"),
    ("Apple Mail's privacy proxy", Hit(agent="Mozilla/5.0", age=900), SCANNER, "program"),
    ("curl", Hit(agent="curl/8.5.0", age=900), SCANNER, "program"),
    ("a script posts like the page", Hit("POST", "python-requests/2.32", SIGNAL, age=900),
     SCANNER, "program"),
    ("a script presses Accept", Hit("POST", "Go-http-client/2.0", PRESS, age=900),
     SCANNER, "program"),
    ("Java", Hit(agent="Java/17.0.1", age=900), SCANNER, "program"),
    ("no agent", Hit(agent="", age=900), SCANNER, "program"),
    ("no agent at all", Hit(agent=None, age=900), SCANNER, "program"),
    ("the browser loads ahead", Hit(agent=CHROME, age=900, ahead=True), SCANNER, "ahead"),

    # === People === #
    ("iPhone, click after 20 minutes", Hit(agent=IPHONE, age=20 * MINUTE), UNKNOWN, "fetched"),
    ("iPhone, page in view", Hit("POST", IPHONE, SIGNAL, age=20 * MINUTE), PERSON, "acted"),
    ("Gmail's app opens its own browser", Hit("POST", GMAIL_APP, SIGNAL, age=7), PERSON, "acted"),
    ("a fast reader behind a gateway touches the page",
     Hit("POST", IPHONE, GESTURE, age=7, networks=2, probed=True), PERSON, "acted"),
    ("Outlook on the desktop hands it to Edge", Hit("POST", EDGE, SIGNAL, age=40), PERSON, "acted"),
    ("a click through Safe Links: the gateway looked a second before",
     Hit("POST", EDGE, SIGNAL, age=30, networks=2, probed=True), PERSON, "acted"),
    ("from Wi-Fi to the mobile network", Hit(agent=IPHONE, age=1800, networks=2),
     UNKNOWN, "fetched"),
    ("a company's proxy: colleagues click within seconds", Hit(agent=EDGE, age=1200, others=3),
     UNKNOWN, "fetched"),
    ("the same, pages in view", Hit("POST", EDGE, SIGNAL, age=1200, others=3), PERSON, "acted"),
    ("the same, soon after sending", Hit("POST", EDGE, SIGNAL, age=60, others=3), PERSON, "acted"),
    ("two of them, a minute after sending", Hit(agent=EDGE, age=60, others=1), UNKNOWN, "fetched"),
    ("PDF after a look, without JavaScript", Hit("GET", FIREFOX, DOWNLOAD, age=600, since_opened=6),
     PERSON, "downloaded"),
    ("PDF long after the click", Hit("GET", MAC, DOWNLOAD, age=9000), PERSON, "downloaded"),
    ("PDF within the first minute proves nothing yet",
     Hit("GET", MAC, DOWNLOAD, age=30, since_opened=5), UNKNOWN, "fetched"),
    ("Accept on a phone", Hit("POST", IPHONE, PRESS, age=600), PERSON, "acted"),
    ("Decline at once, beside colleagues", Hit("POST", EDGE, PRESS, age=4, others=3),
     PERSON, "acted"),
    ("a phone whose name ends in bot", Hit(agent=CUBOT, age=600), UNKNOWN, "fetched"),

    # === Staff === #
    ("staff look at their own link", Hit(agent=CHROME, age=2, staff=True), STAFF, "signed_in"),
    ("staff's page speaks up", Hit("POST", CHROME, SIGNAL, age=900, staff=True),
     STAFF, "signed_in"),
    ("staff with a script", Hit(agent="curl/8.5.0", staff=True), STAFF, "signed_in"),
]  # fmt: skip

HITS = st.builds(
    Hit,
    method=st.sampled_from(["GET", "HEAD", "POST"]),
    agent=st.one_of(st.text(max_size=80), st.sampled_from([CHROME, IPHONE, "curl/8"])),
    act=st.sampled_from([FETCH, DOWNLOAD, SIGNAL, GESTURE, PRESS]),
    ahead=st.booleans(),
    age=st.one_of(st.none(), st.integers(0, 86400)),
    since_opened=st.one_of(st.none(), st.integers(0, WINDOW)),
    others=st.integers(0, 20),
    networks=st.integers(1, 5),
    probed=st.booleans(),
)


@tagged("post_install", "-at_install")
class TestVerdict(BaseCase):
    def test_l7_table_of_real_cases(self):
        for what, hit, verdict, reason in CASES:
            with self.subTest(what):
                self.assertEqual(judge(hit), (verdict, reason))

    def test_every_reason_stands_in_the_table(self):
        reasons = {reason for _what, _hit, _verdict, reason in CASES}
        self.assertEqual(
            reasons,
            {
                "signed_in", "named_scanner", "driven", "program", "antique", "headers_only",
                "ahead", "too_soon", "burst", "networks", "probed", "rushed", "acted",
                "downloaded", "fetched", "customer_signed_in",
            },
        )  # fmt: skip

    @given(HITS)
    def test_l7_a_plain_fetch_is_never_a_person(self, hit):
        """Who has signed in proved to be one; a link, opened by whatever, proves nothing."""
        self.assertNotEqual(judge(hit._replace(act=FETCH, customer=False))[0], PERSON)

    @given(HITS)
    def test_l7_more_signs_of_a_machine_never_make_a_person(self, hit):
        if judge(hit)[0] != PERSON:
            worse = hit._replace(others=hit.others + 5, networks=hit.networks + 1, probed=True)
            self.assertNotEqual(judge(worse)[0], PERSON)

    @given(HITS)
    def test_the_record_is_asked_wherever_it_can_matter(self, hit):
        if not needs_record(hit.act, hit.age):
            alone = hit._replace(since_opened=None, others=0, networks=1, probed=False)
            crowd = hit._replace(since_opened=0, others=20, networks=5, probed=True)
            self.assertEqual(judge(alone), judge(crowd))

    # === WHAT THE RECORD TELLS === #

    def told_by(self, *rows, link=1, email="ada@x", ip="203.0.113.1", visit="v"):
        return read_record([Row(*row) for row in rows], link=link, email=email, ip=ip, visit=visit)

    def test_an_empty_record_tells_nothing(self):
        self.assertEqual(
            self.told_by(), {"since_opened": None, "others": 0, "networks": 1, "probed": False}
        )

    def test_others_are_other_recipients_of_the_same_network(self):
        told = self.told_by(
            (2, "ben@x", "203.0.113.1", None, "opened", "fetched", 1),
            (3, "ben@x", "203.0.113.1", None, "opened", "fetched", 1),
            (4, "eve@x", "203.0.113.1", None, "opened", "fetched", 2),
            (5, "ada@x", "203.0.113.1", None, "opened", "fetched", 2),
            (6, "cy@x", "198.51.100.1", None, "opened", "fetched", 2),
        )
        self.assertEqual(told["others"], 2, "one's own second invoice is no other recipient")
        self.assertEqual(told["networks"], 1, "of this link only")

    def test_a_signal_looks_further_back_for_its_own_link_only(self):
        """What another recipient's browser did is a burst within seconds only."""
        told = self.told_by(
            (1, "ada@x", "198.51.100.1", None, "opened", "too_soon", WINDOW + 9),
            (2, "ben@x", "203.0.113.1", None, "opened", "fetched", WINDOW + 9),
        )
        self.assertEqual((told["networks"], told["others"]), (2, 0))
        self.assertGreater(get_window(SIGNAL), get_window(FETCH))

    def test_addresses_of_one_household_are_one_network(self):
        told = self.told_by(
            (1, "ada@x", "2001:db8:0:1::5", None, "opened", "fetched", 1),
            (2, "ben@x", "2001:db8:0:1::6", None, "opened", "fetched", 1),
            ip="2001:db8:0:1::7",
        )
        self.assertEqual((told["networks"], told["others"]), (1, 1))

    def test_a_visit_begins_with_its_own_click(self):
        told = self.told_by(
            (1, "ada@x", "203.0.113.1", "v", "opened", "fetched", 4),
            (1, "ada@x", "203.0.113.1", "w", "opened", "fetched", 1),
            (1, "ada@x", "203.0.113.1", "v", "pdf", "fetched", 0),
        )
        self.assertEqual(told["since_opened"], 4)

    def test_headers_count_for_the_network_that_asked(self):
        row = (1, "ada@x", "203.0.113.1", None, "opened", "headers_only", 3)
        self.assertTrue(self.told_by(row)["probed"])
        self.assertFalse(self.told_by(row, ip="198.51.100.1")["probed"])
        self.assertEqual(self.told_by(row, ip="198.51.100.1")["networks"], 2)
