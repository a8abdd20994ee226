"""Whatever staff paste into a note, a phone shows it without scrolling the page sideways."""

import pytest

from e2e.toolbox import new_shared

ROW = "".join(f"<td>Column {number} with words</td>" for number in range(20))
TABLE = f"<table><tbody><tr>{ROW}</tr><tr>{ROW}</tr></tbody></table>"
NOTES = {
    "table": TABLE,
    "nested": f"<blockquote>{TABLE}</blockquote>",
    "cell": f"<table><tbody><tr><td>{'z' * 300}</td><td>b</td></tr></tbody></table>",
    "word": f"<p>{'x' * 900}</p>",
    "list": f"<ul><li>{'y' * 400}</li></ul>",
    "code": f"<pre>{'code ' * 200}</pre>",
}


@pytest.mark.parametrize("note", NOTES)
def test_a_wide_note_stays_inside_the_page(erp, inbox, partner, invoice, browser_page, note):  # noqa: PLR0917  # fixtures
    shared = new_shared(erp, inbox, partner, invoice, narration=NOTES[note], ref="R" * 200)
    page = browser_page(width=375)
    page.goto(shared.url)
    assert page.locator(".notes").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    if "<table" in NOTES[note]:
        inside = page.locator(".notes table").evaluate(
            "part => part.scrollWidth > part.clientWidth"
        )
        assert inside, "it scrolls by itself"
