"""Pages keep their shape, whatever is written on them: at any width and in both directions."""

import pytest

from e2e.test_accessibility import PORTAL, sign_in
from e2e.toolbox import QUEUE_RACE

pytestmark = pytest.mark.server_log(QUEUE_RACE)

WIDTHS = (375, 600, 768, 900, 1280)
# Words as long as those of other languages, and amounts of hundreds of thousands.
LONG_WORDS = """() => {
    const write = (where, text) => document.querySelectorAll(where).forEach((found) => {
        found.textContent = text;
    });
    write(".documents .d a bdi", "INV/2026/00020");
    write(".documents .day", "20. Sept. 2026");
    write(".documents td.n bdi", "137.962,65 €");
    document.querySelectorAll(".documents .s").forEach((cell) => {
        cell.innerHTML = '<span class="state bad">42 Tage überfällig</span>'
            + '<span class="state calm">Teilweise bezahlt</span>';
    });
}"""
OUTSIDE = """() => {
    const sheet = document.querySelector(".lines").getBoundingClientRect();
    const shown = ".documents tbody :is(td, a, .state, td > bdi)";
    return [...document.querySelectorAll(shown)].filter((part) => {
        const { left, right, width } = part.getBoundingClientRect();
        return width && (left < sheet.left - 1 || right > sheet.right + 1);
    }).map((part) => part.outerHTML);
}"""
LINES = """() => Math.max(...[...document.querySelectorAll(".documents .d a")].map(
    (number) => number.getClientRects().length
))"""
# Whether one character of a text is to the left of another.
IN_ORDER = """([where, text, first, second]) => {
    let node = document.querySelector(where);
    while (node.firstChild) {
        node = node.firstChild;
    }
    node.textContent = text;
    const left = (sign) => {
        const range = document.createRange();
        range.setStart(node, text.indexOf(sign));
        range.setEnd(node, text.indexOf(sign) + 1);
        return range.getBoundingClientRect().left;
    };
    return left(first) < left(second);
}"""


@pytest.fixture
def blank_page(kept_page):
    """The kept page, without what the test before left."""
    kept_page.goto("about:blank")
    kept_page.context.clear_cookies()
    kept_page.unroute_all()
    return kept_page


def test_a_list_stays_within_its_sheet(world, blank_page):
    sign_in(blank_page, world, "A")
    blank_page.goto(f"{world.server.url}{PORTAL}/invoices")
    blank_page.evaluate(LONG_WORDS)
    found = {}
    for width in WIDTHS:
        blank_page.set_viewport_size({"width": width, "height": 812})
        found[width] = blank_page.evaluate(OUTSIDE), blank_page.evaluate(LINES)
    assert found == dict.fromkeys(WIDTHS, ([], 1))


@pytest.mark.parametrize(
    "words",
    [
        (".party span:last-child", "4 Quay Street", "4", "Q"),
        (".lines tbody .d", "Two rounds of corrections.", "T", "."),
    ],
)
def test_foreign_words_keep_their_order_between_arabic_ones(world, blank_page, words):
    sign_in(blank_page, world, "link")
    blank_page.goto(world.server.url + world.fill("/finance/d/{link}"))
    blank_page.evaluate("document.documentElement.dir = 'rtl'")
    assert blank_page.evaluate(IN_ORDER, words)
